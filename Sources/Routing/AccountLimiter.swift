import Jobs
import Wire

/// Limits the calls to one account: its breakers, its rate, and a slot for each job that it may run at a time.
///
/// Which breaker trips:
/// - a refusal of one request: none;
/// - a refusal of a model (not found, not available to this account or region): the model's, for everyone;
/// - proof of bad credentials or of an empty account, or a pause that the vendor asks for: the account's, for everyone;
/// - failures without proof (no answer, a 5xx, a firewall's page): that of the owner of the request, after five in a row. Once requests of
///   two owners have failed without a success in between, failures count for the account too. So the requests of one key never close an
///   account for others.
///
/// A success resets the account's breaker, those of all its owners and that of its model.
package struct AccountLimiter: Sendable {
    /// What the operator allows for an account.
    package struct Bounds: Sendable, Hashable {
        /// The maximum number of running jobs; nil is unbounded.
        package var slots: Int?
        /// The maximum rate of creates; nil is unbounded.
        package var rate: Rate?

        package struct Rate: Sendable, Hashable {
            package var count: Int
            package var span: Duration
            package init(_ count: Int, per span: Duration) { (self.count, self.span) = (count, span) }
        }

        package init(slots: Int? = nil, rate: Rate? = nil) { (self.slots, self.rate) = (slots, rate) }

        /// Whether requests may queue: only with a configured limit is it known that waiting helps.
        package var allowsQueueing: Bool { slots != nil || rate != nil }
    }

    package enum Admission: Sendable, Equatable {
        case admitted
        /// No slot or no call is free: for that long, or, if nil, until a job ends.
        case full(Duration?)
        /// The vendor asked for a pause. `advice` is its length, which may be longer than calls are held back.
        case paused(Duration, advice: Duration, Fault.Kind)
        /// Its calls fail, and no probe has succeeded yet.
        case unavailable(Duration, Fault.Kind)
    }

    /// The model and the owner of a call, which select its breakers.
    package struct Attempt: Sendable, Hashable {
        package var model: String
        package var owner: String
        package init(model: String, owner: String) { (self.model, self.owner) = (model, owner) }
    }

    package private(set) var bounds = Bounds()
    package private(set) var breaker = Breaker()
    private var models = BreakerTable()
    private var owners = BreakerTable()
    private var rateLimiter: RateLimiter?
    /// The jobs that hold slots, with the time at which they lose them.
    private var slotHolders: [String: Instant] = [:]

    package init() {}

    package var usedSlots: Int { slotHolders.count }

    /// Whether it admits every job and a success changes nothing: no bounds and no recent failure.
    package var isAtRest: Bool {
        !bounds.allowsQueueing && breaker.isAtRest && models.count == 0 && owners.count == 0 && slotHolders.isEmpty
    }

    /// Applies the current configuration; jobs keep their slots.
    package mutating func apply(_ bounds: Bounds) {
        guard bounds != self.bounds else { return }
        if bounds.rate != self.bounds.rate { rateLimiter = bounds.rate.map { RateLimiter(count: $0.count, per: $0.span) } }
        self.bounds = bounds
    }

    /// Whether no job of any owner can be admitted.
    package func isFull(now: Instant) -> Bool {
        if let slots = bounds.slots, usedSlots >= slots { return true }
        return rateLimiter.map { $0.wait(now: now) > .zero } ?? false
    }

    /// Admits a job if a slot, the rate and the breakers allow it, and takes the slot and one call of the rate.
    package mutating func admit(_ holder: String, for attempt: Attempt, until: Instant, now: Instant) -> Admission {
        if let slots = bounds.slots, usedSlots >= slots {
            slotHolders = slotHolders.filter { $0.value > now }
            if usedSlots >= slots { return .full(nil) }
        }
        if let wait = rateLimiter?.wait(now: now), wait > .zero { return .full(wait) }
        if let closed = blockingBreaker(for: attempt, now: now) {
            let wait = closed.wait(now: now)
            return closed.isPaused ? .paused(wait, advice: closed.retryAfter(now: now), closed.cause) : .unavailable(wait, closed.cause)
        }
        _ = breaker.admit(now: now)
        models.admit(attempt.model, now: now)
        owners.admit(attempt.owner, now: now)
        rateLimiter?.consume(now: now)
        if bounds.slots != nil { slotHolders[holder] = until }
        return .admitted
    }

    /// Gives a slot to an accepted job, or to one that an earlier run of the program started.
    package mutating func holdSlot(_ job: String, until: Instant, inPlaceOf holder: String? = nil) {
        if let holder, slotHolders.removeValue(forKey: holder) == nil { return }
        slotHolders[job] = until
    }

    package mutating func releaseSlot(_ holder: String) { slotHolders[holder] = nil }

    /// Records the outcome of a call.
    package mutating func record(_ verdict: Verdict, on attempt: Attempt, now: Instant) {
        switch (verdict.outcome, verdict.scope) {
        case (.succeeded, _):
            breaker.record(.succeeded, now: now)
            owners.removeAll()
            models.remove(attempt.model)
        case (.inconclusive, _), (_, .request), (_, .router):
            breaker.record(.inconclusive, now: now)
            models.record(.inconclusive, on: attempt.model, verdict.cause, now: now)
            owners.record(.inconclusive, on: attempt.owner, verdict.cause, now: now)
        case (_, .model):
            // The account itself works.
            breaker.record(.succeeded, now: now)
            owners.removeAll()
            models.record(verdict.outcome, on: attempt.model, verdict.cause, now: now)
        case (.failed, _):
            models.record(.inconclusive, on: attempt.model, verdict.cause, now: now)
            owners.record(.failed, on: attempt.owner, verdict.cause, now: now)
            breaker.record(owners.count > 1 || breaker.isProbing ? .failed : .inconclusive, because: verdict.cause, now: now)
        case (.busy, _), (.refused, _):
            breaker.record(verdict.outcome, because: verdict.cause, now: now)
            models.record(.inconclusive, on: attempt.model, verdict.cause, now: now)
            owners.record(.inconclusive, on: attempt.owner, verdict.cause, now: now)
        }
    }

    /// The breaker with the longest wait; nil if all admit the attempt.
    private func blockingBreaker(for attempt: Attempt, now: Instant) -> Breaker? {
        var last: Breaker?
        func consider(_ breaker: Breaker?) {
            guard let breaker, breaker.wait(now: now) > last?.wait(now: now) ?? .zero else { return }
            last = breaker
        }
        consider(breaker)
        consider(models[attempt.model])
        consider(owners[attempt.owner])
        return last
    }

    /// Breakers by name, for names with recent failures. Bounded, because names may come from clients.
    private struct BreakerTable: Sendable {
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
}
