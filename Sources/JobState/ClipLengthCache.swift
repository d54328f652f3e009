import Synchronization
import Wire

/// Byte lengths of videos whose vendors do not send one, learned from a probe or from the first full transfer. Shared by all loops.
package final class ClipLengthCache: Sendable {
    private let known: Mutex<TwoGenerationCache<String, Int64>>

    package init(capacity: Int) { known = Mutex(TwoGenerationCache(capacity: capacity)) }

    package subscript(clip: String) -> Int64? {
        get { known.withLock { $0[clip] } }
        set { if let newValue { known.withLock { $0.store(clip, newValue) } } }
    }
}
