import Net
import Synchronization
import Wire

/// The bytes of request bodies and of media that are in memory, counted over all loops. When there is room for no more, new work is refused
/// and old work goes on.
package final class Ledger: Sendable {
    private let most: Atomic<Int>
    private let held = Atomic(0)

    init(most: Int) { self.most = Atomic(most) }

    /// As many bytes as the limits say, and a quarter of the memory at most.
    package convenience init(_ limits: Limits) { self.init(most: Ledger.capacity(limits)) }

    private static func capacity(_ limits: Limits) -> Int { min(limits.heldBytes, ProcessLimits.memory / 4) }

    /// - Returns: false, and nothing is counted, if there is no room for it.
    package func take(_ bytes: Int) -> Bool {
        let after = held.add(bytes, ordering: .relaxed).newValue
        guard after > most.load(ordering: .relaxed) else { return true }
        // Whoever finds the house empty is let in, however large it is: its own limit has let it pass.
        guard after > bytes else { return true }
        give(bytes)
        return false
    }

    package func give(_ bytes: Int) { held.subtract(bytes, ordering: .relaxed) }

    func adopt(_ limits: Limits) { most.store(Ledger.capacity(limits), ordering: .relaxed) }

    package var count: Int { held.load(ordering: .relaxed) }
}
