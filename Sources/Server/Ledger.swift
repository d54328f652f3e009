import Synchronization

/// The bytes of requests that are held for their handlers, counted over all loops: when there is room for no more, new work is refused and
/// old work goes on.
final class Ledger: Sendable {
    private let most: Atomic<Int>
    private let held = Atomic(0)

    init(most: Int) { self.most = Atomic(most) }

    /// - Returns: false, and nothing is counted, if there is no room for it.
    func take(_ bytes: Int) -> Bool {
        let after = held.add(bytes, ordering: .relaxed).newValue
        guard after > most.load(ordering: .relaxed) else { return true }
        // Whoever finds the house empty is let in, however large it is: its own limit has let it pass.
        guard after > bytes else { return true }
        give(bytes)
        return false
    }

    func give(_ bytes: Int) { held.subtract(bytes, ordering: .relaxed) }

    func adopt(most: Int) { self.most.store(most, ordering: .relaxed) }

    var count: Int { held.load(ordering: .relaxed) }
}
