import Testing
import Wire

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "1994-11-06T08:49:37.000Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_399, "2000-02-28T23:59:59.000Z", "Mon, 28 Feb 2000 23:59:59 GMT"),
        (951_782_400, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
        (951_868_800, "2000-03-01T00:00:00.000Z", "Wed, 01 Mar 2000 00:00:00 GMT"),
        (1_709_164_800, "2024-02-29T00:00:00.000Z", "Thu, 29 Feb 2024 00:00:00 GMT"),
        (1_767_225_599, "2025-12-31T23:59:59.000Z", "Wed, 31 Dec 2025 23:59:59 GMT"),
        (1_795_176_000, "2026-11-20T12:00:00.000Z", "Fri, 20 Nov 2026 12:00:00 GMT"),
        (2_147_483_648, "2038-01-19T03:14:08.000Z", "Tue, 19 Jan 2038 03:14:08 GMT"),
        (4_107_542_400, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
        (4_107_542_399, "2100-02-28T23:59:59.000Z", "Sun, 28 Feb 2100 23:59:59 GMT"),
        (253_402_300_799, "9999-12-31T23:59:59.000Z", "Fri, 31 Dec 9999 23:59:59 GMT"),
        (-1, "1969-12-31T23:59:59.000Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
        (-86_400, "1969-12-31T00:00:00.000Z", "Wed, 31 Dec 1969 00:00:00 GMT"),
        (-86_401, "1969-12-30T23:59:59.000Z", "Tue, 30 Dec 1969 23:59:59 GMT"),
        (-2_203_891_200, "1900-03-01T00:00:00.000Z", "Thu, 01 Mar 1900 00:00:00 GMT"),
        (-2_203_891_201, "1900-02-28T23:59:59.000Z", "Wed, 28 Feb 1900 23:59:59 GMT"),
        (-62_167_219_200, "0000-01-01T00:00:00.000Z", "Sat, 01 Jan 0000 00:00:00 GMT"),
    ])
    func `a moment is written and read as a date`(unix: Int64, iso: String, http: String) {
        let moment = Timestamp(unix: unix)
        #expect(moment.iso8601 == iso && moment.httpDate == http)
        #expect(Timestamp(iso8601: iso) == moment && Timestamp(httpDate: http) == moment)
        #expect(moment.unix == unix && moment.unixMilliseconds == unix * 1000)
    }

    @Test(arguments: [
        (Duration.milliseconds(1500), 1, 1500, "1970-01-01T00:00:01.500Z"),
        (.milliseconds(-1), -1, -1, "1969-12-31T23:59:59.999Z"),
        (.milliseconds(-500), -1, -500, "1969-12-31T23:59:59.500Z"),
        (.milliseconds(-1000), -1, -1000, "1969-12-31T23:59:59.000Z"),
        (.nanoseconds(1), 0, 0, "1970-01-01T00:00:00.000Z"),
        (.nanoseconds(-1), -1, -1, "1969-12-31T23:59:59.999Z"),
        (.microseconds(999_999), 0, 999, "1970-01-01T00:00:00.999Z"),
    ])
    func `a part of a second belongs to the second before it`(span: Duration, unix: Int64, milliseconds: Int64, iso: String) {
        let moment = Timestamp(sinceEpoch: span)
        #expect(moment.unix == unix && moment.unixMilliseconds == milliseconds && moment.iso8601 == iso)
    }

    @Test func `moments far beyond every calendar can be written`() {
        for unix in [Int64.max, .min, .max / 1000 + 1, .min / 1000 - 1] {
            let moment = Timestamp(unix: unix)
            #expect(moment.unixMilliseconds == (unix < 0 ? .min : .max))
            #expect(moment.iso8601.hasSuffix("Z") && moment.httpDate.hasSuffix("GMT"))
        }
    }

    @Test func `every day from 1599 to 2401 follows the one before it`() throws {
        var expected = try #require(Timestamp(year: 1599, month: 1, day: 1)).unix
        for year in Int64(1599)...2401 {
            let isLeap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0
            for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    let moment = Timestamp(year: year, month: Int64(month + 1), day: Int64(day))
                    try #require(moment?.unix == expected)
                    if day == 1 { try #require(moment?.iso8601.hasPrefix("\(year)-\(month < 9 ? "0" : "")\(month + 1)-01T") == true) }
                    expected += 86_400
                }
                try #require(Timestamp(year: year, month: Int64(month + 1), day: Int64(length + 1)) == nil)
            }
        }
        #expect(Timestamp(year: 2000, month: 0, day: 1) == nil && Timestamp(year: 2000, month: 13, day: 1) == nil)
        #expect(Timestamp(year: 2000, month: 1, day: 0) == nil)
        #expect(Timestamp(year: -1, month: 1, day: 1) == nil && Timestamp(year: 10000, month: 1, day: 1) == nil)
    }

    @Test func `moments can be compared and moved`() {
        let noon = Timestamp(unix: 43_200)
        #expect(noon + .seconds(60) > noon && noon - .seconds(60) < noon)
        #expect((noon + .milliseconds(1)) - noon == .milliseconds(1))
    }

    @Test(arguments: [
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777), ("Sun Nov  6 08:49:37 1994", 784_111_777),
        ("Sun Nov 16 08:49:37 1994", 784_975_777),
        ("Thu, 01-Jan-70 00:00:00 GMT", 0), ("Tue, 31-Dec-69 00:00:00 GMT", 3_155_673_600),
        ("Fri, 31 Dec 2016 23:59:60 GMT", 1_483_228_799),
    ])
    func `the old forms of dates are read`(text: String, unix: Int64) {
        #expect(Timestamp(httpDate: text)?.unix == unix)
    }

    @Test(arguments: [
        "", "120", "2026-11-20T12:00:00Z", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 1994 08:49:37 GMT", "Sun, 006 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 194 08:49:37 GMT",
        "Sun, 06 Nov 19940 08:49:37 GMT", "Sun Nov  6 08:49:37 94",
        "Sun 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT x", "Sun, Nov 6 08:49:37 1994",
    ])
    func `text that is not an HTTP date is nil`(text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:01Z", Duration.seconds(1)), ("1970-01-01 00:00:01", .seconds(1)), ("1970-01-01t00:00:01z", .seconds(1)),
        ("1970-01-01T01:00:00+01:00", .zero), ("1970-01-01T01:30:00+0130", .zero), ("1969-12-31T22:00:00-02", .zero),
        ("1970-01-01T00:00:00+00:00", .zero),
        ("1970-01-01T00:00:00.5Z", .milliseconds(500)), ("1970-01-01T00:00:00.123456+00:00", .microseconds(123_456)),
        ("1970-01-01T00:00:00,25", .milliseconds(250)),
        ("1970-01-01T00:00:00.1234567890123456789Z", Duration(secondsComponent: 0, attosecondsComponent: 123_456_789_012_345_678)),
        ("1969-12-31T23:59:59.75Z", .milliseconds(-250)), ("1970-01-01T00:00:60Z", .seconds(59)),
    ])
    func `dates of JSON APIs are read`(text: String, span: Duration) {
        #expect(Timestamp(iso8601: text)?.sinceEpoch == span)
    }

    @Test(arguments: [
        "", "1970-01-01", "1970-01-01T00:00Z", "1970-01-01T00:00:0", "1970-1-01T00:00:00Z", "1970/01/01T00:00:00Z",
        "1970-01/01T00:00:00Z", "1970-01-01_00:00:00Z", "1970-13-01T00:00:00Z",
        "1970-02-29T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:61Z", "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00X", "1970-01-01T00:00:00Zx",
        "1970-01-01T00:00:00+1", "1970-01-01T00:00:00+001", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+00:60",
        "1970-01-01T00:00:00+0:000", "1970-01-01T00:00:00+000:0",
        "1970-01-01T00:00:00+", "+970-01-01T00:00:00Z", "1970-01-01T-1:00:00Z", "é970-01-01T00:00:00Z",
    ])
    func `text that is not an RFC 3339 date is nil`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }
}
