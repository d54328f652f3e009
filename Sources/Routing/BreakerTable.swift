import Jobs
import Wire

/// Breakers by name, for names with recent failures. Bounded, because names may come from clients.
struct BreakerTable: Sendable {
    private var breakers: [String: Breaker] = [:]
    private static let maxEntries = 256

    var count: Int { breakers.count }
    subscript(name: String) -> Breaker? { breakers.isEmpty ? nil : breakers[name] }

    mutating func admit(_ name: String, now: Instant) {
        guard !breakers.isEmpty else { return }
        _ = breakers[name]?.admit(now: now)
    }

    mutating func record(_ outcome: Breaker.Outcome, on name: String, _ cause: Fault.Kind, now: Instant) {
        if breakers[name] == nil {
            guard outcome != .inconclusive else { return }
            if breakers.count >= BreakerTable.maxEntries { evict(now: now) }
        }
        breakers[name, default: Breaker()].record(outcome, because: cause, now: now)
    }

    mutating func remove(_ name: String) { if !breakers.isEmpty { breakers[name] = nil } }
    mutating func removeAll() { if !breakers.isEmpty { breakers = [:] } }

    /// Removes the breakers that admit calls; if none does, the one with the shortest wait.
    private mutating func evict(now: Instant) {
        let kept = breakers.filter { $0.value.wait(now: now) > .zero }
        let first = kept.min { $0.value.wait(now: now) < $1.value.wait(now: now) }
        breakers = kept
        if kept.count >= BreakerTable.maxEntries, let first { breakers[first.key] = nil }
    }
}
