import Jobs
import Testing
import Wire

@testable import Configuration

@Suite struct UnitParsingTests {
    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("0", .zero), ("500 ms", .milliseconds(500)), ("1.5min", .seconds(90)), ("2h", .seconds(7200)),
        ("1 day", .seconds(86_400)),
        ("0.001s", .milliseconds(1)),
    ])
    func `a time has a unit`(text: String, expected: Duration) { #expect(Units.duration(text) == expected) }

    @Test(arguments: ["", "30", "s", "-1s", "1,5s", "1.s", ".5s", "1e3s", "30S", "1s2", "1 fortnight", "99999999999999d", "٣s"])
    func `any other text is not a duration`(text: String) { #expect(Units.duration(text) == nil) }

    @Test(arguments: [
        ("0", 0), ("4096", 4096), ("96 MiB", 96 << 20), ("64KiB", 65_536), ("1.5 GB", 1_500_000_000), ("2 kb", 2000), ("0.5 KiB", 512),
        ("7B", 7),
    ])
    func `a size may have a unit`(text: String, expected: Int) { #expect(Units.bytes(text) == expected) }

    @Test(arguments: ["", "KiB", "-1", "0.3 KiB", "1 TiBi", "1.2", "9999999999 GiB", "1 MiB/s"])
    func `any other text is not a size`(text: String) { #expect(Units.bytes(text) == nil) }

    @Test(arguments: [("60/min", 60, Duration.seconds(60)), ("1 / s", 1, .seconds(1)), ("5/day", 5, .seconds(86_400))])
    func `a rate is a count in a span`(text: String, count: Int, span: Duration) {
        let rate = Rate(text)
        #expect(rate?.count == count && rate?.interval == span)
    }

    @Test(arguments: ["", "60", "60/", "/min", "0/min", "-1/min", "1.5/min", "60/min/s", "60/month"])
    func `any other text is not a rate`(text: String) { #expect(Rate(text) == nil) }

    @Test(arguments: [
        ("25.00 USD/day", 25_000_000, Budget.Period.day as Budget.Period?), ("0.000001 USD / month", 1, .month),
        ("100 USD", 100_000_000, nil),
    ])
    func `a budget is exact money in a period`(text: String, micros: Int64, period: Budget.Period?) {
        #expect(Budget(text)?.amount == Money(micros: micros))
        #expect(Budget(text)?.period == period)
    }

    @Test(arguments: ["", "25", "25USD", "25 EUR", "USD 25", "25 USD/", "25 USD/hour", "25 USD/day/day", "0.0000001 USD", "-1 USD"])
    func `any other text is not a budget`(text: String) { #expect(Budget(text) == nil) }

    @Test(arguments: [
        ("a", "a", true), ("a", "ab", false), ("*", "", true), ("*", "a/b", true), ("a/*", "a/b", true), ("a/*", "ab", false),
        ("*b", "ab", true), ("a*c*e", "abcde", true),
        ("a*c*e", "abde", false), ("a*a", "a", false), ("*a*", "bab", true), ("a**b", "ab", true),
    ])
    func `a pattern matches with stars`(pattern: String, name: String, matches: Bool) {
        #expect(ModelPattern(pattern)?.matches(name) == matches)
    }

    @Test(arguments: [
        ("1 USD/day", "2026-11-21T23:59:59", "2026-11-21T00:00:00", "2026-11-22T00:00:00" as String?),
        ("1 USD/week", "2026-11-21T12:00:00", "2026-11-16T00:00:00", "2026-11-23T00:00:00"),
        ("1 USD/week", "2026-11-16T00:00:00", "2026-11-16T00:00:00", "2026-11-23T00:00:00"),
        ("1 USD/week", "2027-01-03T23:00:00", "2026-12-28T00:00:00", "2027-01-04T00:00:00"),
        ("1 USD/month", "2026-11-21T12:00:00", "2026-11-01T00:00:00", "2026-12-01T00:00:00"),
        ("1 USD/month", "2028-02-29T12:00:00", "2028-02-01T00:00:00", "2028-03-01T00:00:00"),
        ("1 USD/month", "2026-12-31T23:59:59", "2026-12-01T00:00:00", "2027-01-01T00:00:00"),
        ("1 USD", "2026-11-21T12:00:00", "1970-01-01T00:00:00", nil),
    ])
    func `a budget's period is one of the civil calendar`(text: String, now: String, start: String, end: String?) throws {
        let moment = try #require(Self.moment(now))
        let period = try #require(Budget(text)).period(at: moment)
        #expect(period.start.iso8601.prefix(19) == start)
        #expect(period.end.map { String($0.iso8601.prefix(19)) } == end)
    }

    /// The day is counted up to from 2026 on: nothing here reads dates but this.
    private static func moment(_ text: String) -> Timestamp? {
        let parts = text.split(separator: "T")
        var day = Timestamp(unix: 1_767_225_600)
        while day.iso8601.prefix(10) != parts[0] {
            day = day + .seconds(86_400)
            if day.unix > 1_900_000_000 { return nil }
        }
        let clock = parts[1].split(separator: ":").compactMap { Int64($0) }
        return day + .seconds(clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    @Test(arguments: [
        ("0.05 USD/second", 50_000, Model.Price.Unit.second), ("0 USD/clip", 0, .clip), ("1.5 USD / s", 1_500_000, .second),
    ])
    func `a price is money for a second or a clip`(text: String, micros: Int64, unit: Model.Price.Unit) {
        #expect(Configuration.price(text) == Model.Price(Money(micros: micros), per: unit))
    }

    @Test(arguments: ["", "1", "1 USD", "1/second", "1 EUR/second", "1 USD/hour", "-1 USD/clip", "1 USD/clip/clip"])
    func `any other text is not a price`(text: String) { #expect(Configuration.price(text) == nil) }
}
