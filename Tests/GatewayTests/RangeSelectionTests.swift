import Testing
import Wire

@testable import Gateway

struct RangeSelectionTests {
    @Test(
        arguments: [
            ("bytes=0-", .part(0..<100)), ("bytes=0-0", .part(0..<1)), ("bytes=10-19", .part(10..<20)), ("bytes=90-500", .part(90..<100)),
            ("Bytes=5-6", .part(5..<7)),
            ("bytes=-10", .part(90..<100)), ("bytes=-500", .part(0..<100)), ("bytes=-0", .unsatisfiable), ("bytes=100-", .unsatisfiable),
            ("bytes=5-9223372036854775807", .part(5..<100)), ("bytes=5-99999999999999999999999", .part(5..<100)),
            ("bytes=99999999999999999999999-", .unsatisfiable), ("bytes=-99999999999999999999999", .part(0..<100)), ("bytes=6-5", .whole),
            ("bytes=-", .whole),
            ("bytes=a-b", .whole), ("bytes=+1-2", .whole), ("bytes=0-1,5-6", .whole), ("bytes=--5", .whole), ("items=0-1", .whole),
            ("", .whole),
        ] as [(String, RangeSelection)])
    func `a range is read as RFC 9110 says`(field: String, range: RangeSelection) {
        #expect(RangeSelection.requested(Headers([(.range, field)]), count: 100, tag: EntityTag(field: "\"a\"")) == range)
    }

    @Test func `no range selects the whole, and a range of an empty body is unsatisfiable`() {
        #expect(RangeSelection.requested(Headers(), count: 100, tag: nil) == .whole)
        #expect(RangeSelection.requested(Headers([(.range, "bytes=0-")]), count: 0, tag: nil) == .unsatisfiable)
        #expect(RangeSelection.requested(Headers([(.range, "bytes=-5")]), count: 0, tag: nil) == .unsatisfiable)
    }

    @Test(arguments: [
        ("\"a\"", RangeSelection.part(0..<5)), ("\"b\"", .whole), ("W/\"a\"", .whole), ("Sat, 21 Nov 2026 10:00:00 GMT", .whole),
    ])
    func `a range of another version is ignored`(condition: String, range: RangeSelection) {
        #expect(
            RangeSelection.requested(Headers([(.range, "bytes=0-4"), (.ifRange, condition)]), count: 100, tag: EntityTag(field: "\"a\""))
                == range)
    }
}
