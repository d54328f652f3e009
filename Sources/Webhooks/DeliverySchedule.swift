import Wire

/// Decides to which receiver something is sent now. Pure: all times come from outside.
///
/// Receivers take turns, and the number of attempts to each and to all is limited, so that a receiver that is slow or dead delays no other.
/// A receiver that has just failed gets one attempt at a time, and all of those together get half of the attempts.
package struct DeliverySchedule: Sendable {
    /// A permission to send up to `slots` events to a receiver now. It ends with `finish`.
    package struct Grant: Sendable, Equatable {
        package let target: String
        package let slots: Int

        package init(target: String, slots: Int) {
            self.target = target
            self.slots = slots
        }
    }

    /// What the events of a grant have shown.
    package enum Outcome: Sendable, Equatable {
        case worked
        /// Nothing is sent until the pause is over.
        case failed(pause: Duration?)
        /// Nothing was sent.
        case unused
    }

    private enum State {
        case sleeping(second: Int64)
        case ready
        /// `next` is when an event that was recorded meanwhile is due.
        case running(slots: Int, next: Timestamp?)
    }

    private struct Entry {
        var state: State
        var isFailing = false
        var pausedUntil: Timestamp?
    }

    /// May change at any time; grants that run keep their slots.
    package var limits: Limits
    private var entries: [String: Entry] = [:]
    /// Sleeping receivers by the second in which their first event is due; the others in it have changed since.
    private var slots: [Int64: [String]] = [:]
    /// The first second that has not been taken.
    private var nextSecond: Int64
    private var ready = FIFOQueue<String>()
    private var failingCalls = 0
    /// Attempts that are granted now.
    package private(set) var activeCalls = 0

    package init(limits: Limits, now: Timestamp) {
        self.limits = limits
        nextSecond = now.unix
    }

    /// Whether a receiver waits for its time.
    package var hasSleepers: Bool { !slots.isEmpty }

    /// Notes that a receiver has an event that is due then.
    package mutating func add(_ target: String, due: Timestamp, now: Timestamp) {
        guard let entry = entries[target] else {
            entries[target] = Entry(state: .ready)
            return wait(target, until: due, now: now)
        }
        switch entry.state {
        case .ready: break
        case .sleeping(let second):
            if max(due, entry.pausedUntil ?? due).unix < second { wait(target, until: due, now: now) }
        case .running(let slots, let next):
            entries[target]?.state = .running(slots: slots, next: min(next ?? due, due))
        }
    }

    /// The receivers to which something can be sent now, in the order of their turns.
    package mutating func takeReady(now: Timestamp) -> [Grant] {
        wakeSleepers(now: now)
        var grants: [Grant] = []
        for _ in 0..<ready.count {
            let free = limits.maxWebhookCalls - activeCalls
            guard free > 0, let target = ready.popFirst() else { break }
            guard var entry = entries[target], case .ready = entry.state else { continue }
            guard !entry.isFailing || failingCalls < limits.maxWebhookCalls / 2 else {
                ready.append(target)
                continue
            }
            let slots = entry.isFailing ? 1 : min(limits.maxWebhookCallsPerEndpoint, free)
            activeCalls += slots
            if entry.isFailing { failingCalls += slots }
            entry.state = .running(slots: slots, next: nil)
            entries[target] = entry
            grants.append(Grant(target: target, slots: slots))
        }
        return grants
    }

    /// Ends a grant.
    /// - Parameter next: when the receiver's next event is due; nil if it has none.
    package mutating func finish(_ grant: Grant, _ outcome: Outcome, next: Timestamp?, now: Timestamp) {
        guard var entry = entries[grant.target], case .running(let slots, let added) = entry.state else { return }
        activeCalls -= slots
        if entry.isFailing { failingCalls -= slots }
        switch outcome {
        case .worked:
            entry.isFailing = false
        case .failed(let pause):
            entry.isFailing = true
            if let pause { entry.pausedUntil = now + pause }
        case .unused: break
        }
        guard let due = [next, added].compactMap(\.self).min() else {
            // A receiver that still works needs no entry. One that fails has events that are tried again.
            entries[grant.target] = nil
            return
        }
        entries[grant.target] = entry
        wait(grant.target, until: due, now: now)
    }

    private mutating func wait(_ target: String, until due: Timestamp, now: Timestamp) {
        let due = max(due, entries[target]?.pausedUntil ?? due)
        guard due > now else {
            entries[target]?.state = .ready
            return ready.append(target)
        }
        let second = max(due.unix + 1, nextSecond)
        entries[target]?.state = .sleeping(second: second)
        slots[second, default: []].append(target)
    }

    private mutating func wakeSleepers(now: Timestamp) {
        while nextSecond <= now.unix {
            // After a long pause of the process, or a step of the clock, most seconds have no receivers.
            if slots.isEmpty { nextSecond = now.unix }
            for target in slots.removeValue(forKey: nextSecond) ?? [] {
                guard case .sleeping(nextSecond)? = entries[target]?.state else { continue }
                entries[target]?.state = .ready
                ready.append(target)
            }
            nextSecond += 1
        }
    }
}
