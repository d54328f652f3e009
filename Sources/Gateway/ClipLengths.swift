import Synchronization

/// How long clips are whose vendors do not say so, learnt by a probe or a first full pass. Shared by all loops.
final class ClipLengths: Sendable {
    private let known: Mutex<Aging<Int64>>

    init(capacity: Int) { known = Mutex(Aging(capacity: capacity)) }

    subscript(clip: String) -> Int64? {
        get { known.withLock { $0[clip] } }
        set { if let newValue { known.withLock { $0.keep(clip, newValue) } } }
    }
}
