import Jobs
import Server

/// Whether the client of a request is still there, for what is not worth doing without it. Belongs to the request's loop.
final class ClientDisconnect {
    private(set) var hasDisconnected = false
    /// Called once, when it leaves.
    var onDisconnect: (() -> Void)?

    init(_ exchange: any Exchange) {
        exchange.onClientDisconnect { [self] in
            hasDisconnected = true
            onDisconnect?()
        }
    }

    static let fault = Fault(
        .overloaded, "The client left while the job waited for room at its vendor; nothing was started.", code: "client_left", sent: .no,
        cause: .clientDisconnected)
}
