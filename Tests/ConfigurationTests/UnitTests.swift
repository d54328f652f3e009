import Jobs
import Testing

@testable import Configuration

@Suite struct UnitTests {
    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("0", .zero), ("500 ms", .milliseconds(500)), ("1.5min", .seconds(90)), ("2h", .seconds(7200)),
        ("1 day", .seconds(86_400)),
        ("0.001s", .milliseconds(1)),
    ])
    func `a time has a unit`(text: String, expected: Duration) { #expect(Units.duration(text) == expected) }

    @Test(arguments: ["", "30", "s", "-1s", "1,5s", "1.s", ".5s", "1e3s", "30S", "1s2", "1 fortnight", "99999999999999d", "٣s"])
    func `anything else is no time`(text: String) { #expect(Units.duration(text) == nil) }

    @Test(arguments: [
        ("0", 0), ("4096", 4096), ("96 MiB", 96 << 20), ("64KiB", 65_536), ("1.5 GB", 1_500_000_000), ("2 kb", 2000), ("0.5 KiB", 512),
        ("7B", 7),
    ])
    func `a size may have a unit`(text: String, expected: Int) { #expect(Units.bytes(text) == expected) }

    @Test(arguments: ["", "KiB", "-1", "0.3 KiB", "1 TiBi", "1.2", "9999999999 GiB", "1 MiB/s"])
    func `anything else is no size`(text: String) { #expect(Units.bytes(text) == nil) }

    @Test(arguments: [("60/min", 60, Duration.seconds(60)), ("1 / s", 1, .seconds(1)), ("5/day", 5, .seconds(86_400))])
    func `a rate is a count in a span`(text: String, count: Int, span: Duration) {
        let rate = Rate(text)
        #expect(rate?.count == count && rate?.span == span)
    }

    @Test(arguments: ["", "60", "60/", "/min", "0/min", "-1/min", "1.5/min", "60/min/s", "60/month"])
    func `anything else is no rate`(text: String) { #expect(Rate(text) == nil) }

    @Test(arguments: [
        ("25.00 USD/day", 25_000_000, Budget.Period.day as Budget.Period?), ("0.000001 USD / month", 1, .month),
        ("100 USD", 100_000_000, nil),
    ])
    func `a budget is exact money in a period`(text: String, micros: Int64, period: Budget.Period?) {
        #expect(Budget(text)?.amount == Money(micros: micros))
        #expect(Budget(text)?.period == period)
    }

    @Test(arguments: ["", "25", "25USD", "25 EUR", "USD 25", "25 USD/", "25 USD/hour", "25 USD/day/day", "0.0000001 USD", "-1 USD"])
    func `anything else is no budget`(text: String) { #expect(Budget(text) == nil) }

    @Test(arguments: [
        ("a", "a", true), ("a", "ab", false), ("*", "", true), ("*", "a/b", true), ("a/*", "a/b", true), ("a/*", "ab", false),
        ("*b", "ab", true), ("a*c*e", "abcde", true),
        ("a*c*e", "abde", false), ("a*a", "a", false), ("*a*", "bab", true), ("a**b", "ab", true),
    ])
    func `a pattern matches with stars`(pattern: String, name: String, matches: Bool) {
        #expect(ModelPattern(pattern)?.matches(name) == matches)
    }
}
