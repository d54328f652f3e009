/// A task's wait for something that may happen at any time from the decision to wait on.
struct Sleeper {
    private var continuation: UnsafeContinuation<Void, Never>?
    private(set) var isAsleep = false

    /// From here on `wake` counts.
    mutating func lieDown() { isAsleep = true }

    /// The runtime may run other jobs before it calls this, and one of them may have been what was waited for.
    mutating func sleep(_ continuation: UnsafeContinuation<Void, Never>) {
        if isAsleep { self.continuation = continuation } else { continuation.resume() }
    }

    mutating func wake() {
        isAsleep = false
        continuation.take()?.resume()
    }
}
