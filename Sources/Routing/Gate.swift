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
package struct Gate: Sendable {
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
        package var queues: Bool { slots != nil || rate != nil }
    }

    package enum Answer: Sendable, Equatable {
        case open
        /// The account is well and has no room: for so long, or, with nil, until a job of its own has ended.
        case full(Duration?)
        /// The vendor asked for a pause. `advice` is what it asked for, which may be longer than calls are held back.
        case paused(Duration, advice: Duration, Fault.Kind)
        /// Its calls fail, or it has not shown yet that they do not.
        case shut(Duration, Fault.Kind)
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
    private var bucket: Bucket?
    /// The jobs that hold slots, and until when at most.
    private var holders: [String: Instant] = [:]

    package init() {}

    package var taken: Int { holders.count }

    /// Takes over what the configuration of this moment says; jobs keep their slots.
    package mutating func adopt(_ bounds: Bounds) {
        guard bounds != self.bounds else { return }
        if bounds.rate != self.bounds.rate { bucket = bounds.rate.map { Bucket(count: $0.count, per: $0.span) } }
        self.bounds = bounds
    }

    /// Whether there is no room for any job of any owner.
    package func isFull(now: Instant) -> Bool {
        if let slots = bounds.slots, taken >= slots { return true }
        return bucket.map { $0.wait(now: now) > .zero } ?? false
    }

    /// Lets a job in, if there is room and the breaker lets it: takes a slot, and a call of the rate.
    package mutating func admit(_ holder: String, for attempt: Attempt, until: Instant, now: Instant) -> Answer {
        if let slots = bounds.slots, taken >= slots {
            holders = holders.filter { $0.value > now }
            if taken >= slots { return .full(nil) }
        }
        if let wait = bucket?.wait(now: now), wait > .zero { return .full(wait) }
        if let closed = closed(to: attempt, now: now) {
            let wait = closed.wait(now: now)
            return closed.isPaused ? .paused(wait, advice: closed.advice(now: now), closed.cause) : .shut(wait, closed.cause)
        }
        _ = breaker.admit(now: now)
        models.admit(attempt.model, now: now)
        owners.admit(attempt.owner, now: now)
        bucket?.take(now: now)
        if bounds.slots != nil { holders[holder] = until }
        return .open
    }

    /// The slot belongs to a job that was accepted, or that an earlier run of the program left at work.
    package mutating func hold(_ job: String, until: Instant, inPlaceOf holder: String? = nil) {
        if let holder, holders.removeValue(forKey: holder) == nil { return }
        holders[job] = until
    }

    package mutating func free(_ holder: String) { holders[holder] = nil }

    /// What a call came to, once it is over.
    package mutating func note(_ verdict: Verdict, on attempt: Attempt, now: Instant) {
        switch (verdict.outcome, verdict.scope) {
        case (.worked, _):
            breaker.note(.worked, now: now)
            owners.removeAll()
            models.remove(attempt.model)
        case (.untried, _), (_, .request), (_, .router):
            breaker.note(.untried, now: now)
            models.note(.untried, on: attempt.model, verdict.cause, now: now)
            owners.note(.untried, on: attempt.owner, verdict.cause, now: now)
        case (_, .model):
            // The account answered as one that is well does.
            breaker.note(.worked, now: now)
            owners.removeAll()
            models.note(verdict.outcome, on: attempt.model, verdict.cause, now: now)
        case (.failed, _):
            models.note(.untried, on: attempt.model, verdict.cause, now: now)
            owners.note(.failed, on: attempt.owner, verdict.cause, now: now)
            breaker.note(owners.count > 1 || breaker.isProbing ? .failed : .untried, because: verdict.cause, now: now)
        case (.busy, _), (.refused, _):
            breaker.note(verdict.outcome, because: verdict.cause, now: now)
            models.note(.untried, on: attempt.model, verdict.cause, now: now)
            owners.note(.untried, on: attempt.owner, verdict.cause, now: now)
        }
    }

    /// The breaker that lets the attempt through last; nil if all do.
    private func closed(to attempt: Attempt, now: Instant) -> Breaker? {
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
