import CLinux

/// A point on the monotonic clock: what deadlines are made of. It says nothing about the time of day.
package struct Instant: Sendable, Hashable, Comparable {
    /// Nanoseconds since the machine started.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The deadline of a wait that may last for ever.
    package static let never = Instant(nanoseconds: .max)

    /// Asks the clock (25 ns). Code on a loop can use `Loop.now`, which is asked once a turn.
    package static var now: Instant { Instant(nanoseconds: linux_now()) }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Saturates at `never`.
    package static func + (start: Instant, span: Duration) -> Instant {
        let (sum, overflow) = start.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return overflow ? .never : Instant(nanoseconds: sum)
    }

    package static func - (end: Instant, start: Instant) -> Duration {
        .nanoseconds(end.nanoseconds.subtractingReportingOverflow(start.nanoseconds).partialValue)
    }
}

extension Duration {
    /// Whole nanoseconds, saturating after 292 years.
    var nanoseconds: Int64 {
        // Asked for once: taking a duration apart is a division of 128 bits.
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : whole &+ attoseconds / 1_000_000_000
    }
}
