import Net
import Wire

/// Calls servers over HTTP/1.1 from one loop: pooled connections, deadlines, pull-based answers.
package final class Client {
    package init() {}

    /// Sends a request and returns when the head of the answer is there.
    package func send(_ outgoing: Outgoing) async throws(ClientFailure) -> Incoming {
        throw ClientFailure(.connect, neverArrived: true, "not wired yet")
    }
}
