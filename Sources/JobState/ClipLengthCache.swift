import Synchronization
import Wire

/// How long clips are whose vendors do not say so, learnt by a probe or a first full pass. Shared by all loops.
package final class ClipLengthCache: Sendable {
    private let known: Mutex<TwoGenerationCache<Int64>>

    package init(capacity: Int) { known = Mutex(TwoGenerationCache(capacity: capacity)) }

    package subscript(clip: String) -> Int64? {
        get { known.withLock { $0[clip] } }
        set { if let newValue { known.withLock { $0.store(clip, newValue) } } }
    }
}
