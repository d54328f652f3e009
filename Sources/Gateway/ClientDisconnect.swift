import Jobs
import Server

/// Reports that the client of a request has disconnected. Belongs to the request's loop.
final class ClientDisconnect {
    private(set) var hasDisconnected = false
    /// Called once, when it disconnects.
    var onDisconnect: (() -> Void)?

    init(_ exchange: any Exchange) {
        exchange.onClientDisconnect { [self] in
            hasDisconnected = true
            onDisconnect?()
        }
    }

    static let fault = Fault(
        .overloaded, "The client left while the job waited for a free slot at its vendor; nothing was started.", code: "client_left",
        sent: .no, cause: .clientDisconnected)
}
