import Wire

/// The way into one account: its breaker, how often it may be called, and a slot for each job that it may have at work at a time.
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
        /// Its calls fail, or it has not shown yet that they do not.
        case shut(Duration)
    }

    package private(set) var bounds = Bounds()
    package private(set) var breaker = Breaker()
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

    /// Lets a job in, if there is room and the breaker lets it: takes a slot, and a call of the rate.
    package mutating func admit(_ holder: String, until: Instant, now: Instant) -> Answer {
        if let slots = bounds.slots, taken >= slots {
            holders = holders.filter { $0.value > now }
            if taken >= slots { return .full(nil) }
        }
        if let wait = bucket?.wait(now: now), wait > .zero { return .full(wait) }
        guard breaker.admit(now: now) else {
            let wait = breaker.wait(now: now)
            return breaker.isPaused ? .full(wait) : .shut(wait)
        }
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

    package mutating func note(_ outcome: Breaker.Outcome, now: Instant) { breaker.note(outcome, now: now) }
}
