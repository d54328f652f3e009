import Jobs
import Wire

/// A spending limit: `25.00 USD/day`, or `100 USD` in total.
package struct Budget: Sendable, Hashable, CustomStringConvertible {
    package enum Period: String, Sendable, CaseIterable { case day, week, month }

    package var amount: Money
    /// Nil for a limit in total.
    package var period: Period?

    static let expected = "an amount like 25.00 USD/day (or /week, /month, or without a period for a total)"

    package init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        let words = halves[0].split(separator: " ")
        guard halves.count <= 2, words.count == 2, words[1] == "USD", let micros = Decimal(words[0])?.times(1_000_000) else { return nil }
        amount = Money(micros: Int64(micros))
        if halves.count == 2 {
            guard let period = Period(rawValue: halves[1].filter { $0 != " " }) else { return nil }
            self.period = period
        }
    }

    package var description: String { "\(amount) USD" + (period.map { "/" + $0.rawValue } ?? "") }

    /// The current period, in days of UTC: weeks begin on Monday, months on their first day.
    /// - Returns: its start, and the start of the next period; nil without a period.
    package func period(at now: Timestamp) -> (start: Timestamp, end: Timestamp?) {
        let day = now.startOfDay
        let oneDay = Duration.seconds(86_400)
        switch period {
        case nil: return (Timestamp(unix: 0), nil)
        case .day: return (day, day + oneDay)
        case .week:
            // 1970-01-01 was a Thursday.
            let start = day - oneDay * Int((day.unix / 86_400 + 3) % 7)
            return (start, start + oneDay * 7)
        case .month:
            let start = day.startOfMonth
            return (start, (start + oneDay * 31).startOfMonth)
        }
    }
}
