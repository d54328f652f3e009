/// A task's wait for something that may happen at any time from the decision to wait on.
struct Wakeup {
    private var continuation: UnsafeContinuation<Void, Never>?
    private(set) var isWaiting = false

    /// From here on `wake` counts.
    mutating func arm() { isWaiting = true }

    /// The runtime may run other jobs before it calls this, and one of them may have been what was waited for.
    mutating func wait(_ continuation: UnsafeContinuation<Void, Never>) {
        if isWaiting { self.continuation = continuation } else { continuation.resume() }
    }

    mutating func wake() {
        isWaiting = false
        continuation.take()?.resume()
    }
}
