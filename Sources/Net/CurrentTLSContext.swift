import Synchronization

/// The replaceable TLS settings of a running server. New connections use the current settings, existing ones keep theirs.
package final class CurrentTLSContext: Sendable {
    private let current: Mutex<TLSContext?>

    /// - Parameter context: a server's; nil for clear text.
    package init(_ context: TLSContext?) { current = Mutex(context) }

    package var context: TLSContext? {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
