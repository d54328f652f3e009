/// A point on the monotonic clock: what intervals and deadlines inside the process are made of. It says nothing about the time of day and
/// does not move when someone sets the wall clock, so it is a type of its own: a `Timestamp` cannot be compared with it.
package struct Instant: Sendable, Hashable, Comparable {
    /// Nanoseconds since the machine started.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The deadline of a wait that may last for ever.
    package static let never = Instant(nanoseconds: .max)

    /// Before every interval that is still running.
    package static let distantPast = Instant(nanoseconds: .min / 2)

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Saturates at `never`.
    package static func + (start: Instant, span: Duration) -> Instant {
        let (sum, overflow) = start.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return overflow ? (span < .zero ? .distantPast : .never) : Instant(nanoseconds: sum)
    }

    package static func - (end: Instant, span: Duration) -> Instant { end + (.zero - span) }

    package static func - (end: Instant, start: Instant) -> Duration {
        let (span, overflow) = end.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        return .nanoseconds(overflow ? (start.nanoseconds < 0 ? .max : .min) : span)
    }
}

extension Duration {
    /// Whole nanoseconds, saturating after 292 years.
    package var nanoseconds: Int64 {
        // Asked for once: taking a duration apart is a division of 128 bits.
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : whole.addingSaturated(attoseconds / 1_000_000_000)
    }
}
