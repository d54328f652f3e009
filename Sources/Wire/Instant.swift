/// A point on the monotonic clock, for intervals and deadlines inside the process. It is independent of the time of day, so it is a type of
/// its own that cannot be compared with a `Timestamp`.
package struct Instant: Sendable, Hashable, Comparable {
    /// Nanoseconds since the machine was started.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The deadline of a wait without a limit.
    package static let never = Instant(nanoseconds: .max)

    /// Earlier than the start of any running interval.
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
        // Read once: it costs a 128-bit division.
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? (seconds < 0 ? .min : .max) : whole.addingSaturated(attoseconds / 1_000_000_000)
    }
}
