import Jobs
import Wire

/// The way into one account: its breakers, how often it may be called, and a slot for each job that it may run at a time.
///
/// What trips which breaker:
/// - a refusal of one request: none;
/// - a refusal of a model (not found, not open to this account or region): the model's, for everyone;
/// - proof of bad credentials or of an empty account, or a pause that the vendor asks for: the account's, for everyone;
/// - failures without proof (no answer, a 5xx, a page of a firewall): that of the owner whose request it was, after five in a row. Once
///   requests of two owners have failed without a success in between, failures count for the account too. So one key's requests never shut
///   an account for others.
///
/// A success resets the account's breaker, those of all its owners and that of its model.
package struct AccountLimiter: Sendable {
    /// What an operator allows an account.
    package struct Bounds: Sendable, Hashable {
        /// Jobs at work at a time; nil is unbounded.
        package var slots: Int?
        /// Creates in a span; nil is unbounded.
        package var rate: Rate?

        package struct Rate: Sendable, Hashable {
            package var count: Int
            package var span: Duration
            package init(_ count: Int, per span: Duration) { (self.count, self.span) = (count, span) }
        }

        package init(slots: Int? = nil, rate: Rate? = nil) { (self.slots, self.rate) = (slots, rate) }

        /// Only where an operator has said what the account can bear is it known that waiting will help.
        package var allowsQueueing: Bool { slots != nil || rate != nil }
    }

    package enum Admission: Sendable, Equatable {
        case admitted
        /// The account is well and has no room: for so long, or, with nil, until a job of its own has ended.
        case full(Duration?)
        /// The vendor asked for a pause. `advice` is what it asked for, which may be longer than calls are held back.
        case paused(Duration, advice: Duration, Fault.Kind)
        /// Its calls fail, or it has not shown yet that they do not.
        case unavailable(Duration, Fault.Kind)
    }

    /// What a call is for, as far as breakers tell calls apart.
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
    /// The jobs that hold slots, and until when at most.
    private var slotHolders: [String: Instant] = [:]

    package init() {}

    package var usedSlots: Int { slotHolders.count }

    /// Takes over what the configuration of this moment says; jobs keep their slots.
    package mutating func apply(_ bounds: Bounds) {
        guard bounds != self.bounds else { return }
        if bounds.rate != self.bounds.rate { rateLimiter = bounds.rate.map { RateLimiter(count: $0.count, per: $0.span) } }
        self.bounds = bounds
    }

    /// Whether there is no room for any job of any owner.
    package func isFull(now: Instant) -> Bool {
        if let slots = bounds.slots, usedSlots >= slots { return true }
        return rateLimiter.map { $0.wait(now: now) > .zero } ?? false
    }

    /// Lets a job in, if there is room and the breaker lets it: takes a slot, and a call of the rate.
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

    /// The slot belongs to a job that was accepted, or that an earlier run of the program left at work.
    package mutating func holdSlot(_ job: String, until: Instant, inPlaceOf holder: String? = nil) {
        if let holder, slotHolders.removeValue(forKey: holder) == nil { return }
        slotHolders[job] = until
    }

    package mutating func releaseSlot(_ holder: String) { slotHolders[holder] = nil }

    /// What a call came to, once it is over.
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
            // The account answered as one that is well does.
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

    /// The breaker that lets the attempt through last; nil if all do.
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
}
