/// Learns how a response ended that was sent without a task that waits for it.
package protocol ResponseObserver: AnyObject {
    /// Runs once, on the loop, when the response has been written or has failed.
    /// - Parameter error: nil if it is complete.
    func responseDidEnd(_ error: ResponseWriteError?)
}
