import Jobs
import Server

/// Whether the client of a request is still there, for what is not worth doing without it. Belongs to the request's loop.
final class Leaving {
    private(set) var hasLeft = false
    /// Called once, when it leaves.
    var action: (() -> Void)?

    init(_ exchange: any Exchange) {
        exchange.onClientLeaving { [self] in
            hasLeft = true
            action?()
        }
    }

    static let code = "client_left"
    static let fault = Fault(
        .overloaded, "The client left while the job waited for room at its vendor; nothing was started.", code: code, sent: .no)
}
