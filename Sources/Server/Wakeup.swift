/// Suspends one task until it is woken. A `wake` between `arm` and `wait` is not lost.
struct Wakeup {
    private var continuation: UnsafeContinuation<Void, Never>?
    private(set) var isWaiting = false

    /// From here on, `wake` takes effect.
    mutating func arm() { isWaiting = true }

    /// The runtime may run other jobs before this, and one of them may have called `wake`.
    mutating func wait(_ continuation: UnsafeContinuation<Void, Never>) {
        if isWaiting { self.continuation = continuation } else { continuation.resume() }
    }

    mutating func wake() {
        isWaiting = false
        continuation.take()?.resume()
    }
}
