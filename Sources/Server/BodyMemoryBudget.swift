import Net
import Synchronization
import Wire

/// Limits how many bytes of request bodies and media are in memory, over all loops. Beyond the limit, new work is refused and running work
/// continues.
package final class BodyMemoryBudget: Sendable {
    private let limit: Atomic<Int>
    private let reserved = Atomic(0)

    init(limit: Int) { self.limit = Atomic(limit) }

    /// The limit is `maxBufferedBodyBytes`, and at most a quarter of the memory.
    package convenience init(_ limits: Limits) { self.init(limit: BodyMemoryBudget.capacity(limits)) }

    private static func capacity(_ limits: Limits) -> Int { min(limits.maxBufferedBodyBytes, ProcessLimits.memory / 4) }

    /// Reserves memory; `release` returns it.
    /// - Returns: false, with nothing reserved, if the limit would be exceeded.
    package func reserve(_ bytes: Int) -> Bool {
        let after = reserved.add(bytes, ordering: .relaxed).newValue
        guard after > limit.load(ordering: .relaxed) else { return true }
        // With nothing else reserved, any size is accepted: the limit for a single body has allowed it.
        guard after > bytes else { return true }
        release(bytes)
        return false
    }

    package func release(_ bytes: Int) { reserved.subtract(bytes, ordering: .relaxed) }

    func adopt(_ limits: Limits) { limit.store(BodyMemoryBudget.capacity(limits), ordering: .relaxed) }

    package var reservedBytes: Int { reserved.load(ordering: .relaxed) }
}
