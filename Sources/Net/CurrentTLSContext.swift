import Synchronization

/// The TLS settings of a server that serves: new connections take those of the moment, old ones keep theirs.
package final class CurrentTLSContext: Sendable {
    private let current: Mutex<TLSContext?>

    /// - Parameter context: a server's; nil: clients speak in clear text.
    package init(_ context: TLSContext?) { current = Mutex(context) }

    package var context: TLSContext? {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
