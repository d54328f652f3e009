import Net
import Synchronization
import Wire

/// The bytes of request bodies and of media that are in memory, counted over all loops. When there is room for no more, new work is refused
/// and old work goes on.
package final class BodyMemoryBudget: Sendable {
    private let limit: Atomic<Int>
    private let reserved = Atomic(0)

    init(limit: Int) { self.limit = Atomic(limit) }

    /// As many bytes as the limits say, and a quarter of the memory at most.
    package convenience init(_ limits: Limits) { self.init(limit: BodyMemoryBudget.capacity(limits)) }

    private static func capacity(_ limits: Limits) -> Int { min(limits.maxBufferedBodyBytes, ProcessLimits.memory / 4) }

    /// - Returns: false, and nothing is counted, if there is no room for it.
    package func reserve(_ bytes: Int) -> Bool {
        let after = reserved.add(bytes, ordering: .relaxed).newValue
        guard after > limit.load(ordering: .relaxed) else { return true }
        // Whoever finds the house empty is let in, however large it is: its own limit has let it pass.
        guard after > bytes else { return true }
        release(bytes)
        return false
    }

    package func release(_ bytes: Int) { reserved.subtract(bytes, ordering: .relaxed) }

    func adopt(_ limits: Limits) { limit.store(BodyMemoryBudget.capacity(limits), ordering: .relaxed) }

    package var reservedBytes: Int { reserved.load(ordering: .relaxed) }
}
