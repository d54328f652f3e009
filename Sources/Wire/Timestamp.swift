/// A point in civil time: the time since 1970-01-01T00:00:00Z without leap seconds. Pure code never reads a clock; it gets a timestamp
/// passed.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var sinceEpoch: Duration

    package init(sinceEpoch: Duration) { self.sinceEpoch = sinceEpoch }
    /// Clamped to half of the range of `Int64`, so that a duration can be added to any timestamp from outside.
    package init(unix seconds: Int64) { sinceEpoch = .seconds(min(max(seconds, .min / 2), .max / 2)) }

    package init(unixMilliseconds: Int64) { self.init(sinceEpoch: .milliseconds(unixMilliseconds)) }

    /// Whole seconds since 1970, rounded down, as most APIs write it.
    package var unix: Int64 {
        let (seconds, attoseconds) = sinceEpoch.components
        return attoseconds < 0 ? seconds - 1 : seconds
    }

    /// Whole milliseconds since 1970, rounded down; saturates in 292 million years.
    package var unixMilliseconds: Int64 {
        let (milliseconds, isBeyond) = unix.multipliedReportingOverflow(by: 1000)
        return isBeyond ? (unix < 0 ? .min : .max) : milliseconds + millisecond
    }

    /// 0...999.
    private var millisecond: Int64 {
        let attoseconds = sinceEpoch.components.attoseconds
        return (attoseconds < 0 ? attoseconds + 1_000_000_000_000_000_000 : attoseconds) / 1_000_000_000_000_000
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.sinceEpoch < right.sinceEpoch }
    package static func + (moment: Timestamp, span: Duration) -> Timestamp { Timestamp(sinceEpoch: moment.sinceEpoch + span) }
    package static func - (moment: Timestamp, span: Duration) -> Timestamp { Timestamp(sinceEpoch: moment.sinceEpoch - span) }
    package static func - (later: Timestamp, earlier: Timestamp) -> Duration { later.sinceEpoch - earlier.sinceEpoch }

    /// `2026-11-20T12:00:00.000Z` (RFC 3339, milliseconds).
    package var iso8601: String {
        let (year, month, day) = civil
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(clock).\(pad(millisecond, 3))Z"
    }

    /// `2026-11-20`.
    package var day: String { String(iso8601.prefix(10)) }

    /// `20261120T120000Z` (ISO 8601, basic form).
    package var basic: String { iso8601.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z" }

    /// `20261120`.
    package var basicDay: String { String(basic.prefix(8)) }

    /// `Fri, 20 Nov 2026 12:00:00 GMT` (RFC 9110 §5.6.7).
    package var httpDate: String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let (year, month, day) = civil
        let weekday = days[Int(((dayNumber % 7) + 7) % 7)]
        return "\(weekday), \(pad(day, 2)) \(Timestamp.months[Int(month) - 1]) \(pad(year, 4)) \(clock) GMT"
    }

    /// Midnight (UTC) before it.
    package var startOfDay: Timestamp { Timestamp(unix: dayNumber * 86_400) }

    /// Midnight (UTC) before the first day of its month.
    package var startOfMonth: Timestamp { Timestamp(unix: (dayNumber - civil.day + 1) * 86_400) }

    private var dayNumber: Int64 { unix % 86_400 < 0 ? unix / 86_400 - 1 : unix / 86_400 }

    /// Year, month and day of the Gregorian calendar, counted in eras of 400 years that begin on 1 March.
    private var civil: (year: Int64, month: Int64, day: Int64) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private var clock: String {
        let second = ((unix % 86_400) + 86_400) % 86_400
        return "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
    }

    private func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
