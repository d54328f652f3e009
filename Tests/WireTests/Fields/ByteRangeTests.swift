import Testing
import Wire

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-499", ByteRange.from(0, through: 499)), ("bytes=500-", .from(500, through: nil)), ("bytes=-500", .last(500)),
        ("bytes=0-0", .from(0, through: 0)),
        ("Bytes=0-499", .from(0, through: 499)), ("bytes= 0-499 ", .from(0, through: 499)), ("bytes=\t0-499\t", .from(0, through: 499)),
        ("bytes=,0-499,", .from(0, through: 499)), ("bytes=-0", .last(0)),
        ("bytes=007-08", .from(7, through: 8)), ("bytes=0-99999999999999999999", .from(0, through: .max)),
        ("bytes=99999999999999999999-", .from(.max, through: nil)),
    ])
    func `one range is read`(field: String, range: ByteRange) {
        #expect(ByteRange(field: field) == range)
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,5-6", "bytes=0-1,0-1", "bytes=5-4", "bytes=0", "bytes=--5",
        "bytes=0-1-2", "bytes=0--1", "bytes=+0-1", "bytes=0-+1",
        "bytes=0x0-1", "bytes=0 - 1", "bytes 0-1", "items=0-1", "bytes=0-1;", "bytes=1.5-2", "bytes=-1-", "=0-1", "bytes==0-1", "bytes=0-a",
    ])
    func `what is not one range of bytes is ignored`(field: String) {
        #expect(ByteRange(field: field) == nil)
    }

    @Test(
        arguments: [
            (ByteRange.from(0, through: 499), 1000, 0..<500), (.from(0, through: 0), 1, 0..<1),
            (.from(500, through: nil), 1000, 500..<1000), (.from(999, through: nil), 1000, 999..<1000),
            (.from(0, through: 5000), 1000, 0..<1000), (.from(1000, through: nil), 1000, nil), (.from(0, through: nil), 0, nil),
            (.from(0, through: .max), 10, 0..<10), (.from(.max, through: nil), 10, nil),
            (.last(1), 1000, 999..<1000), (.last(1000), 1000, 0..<1000), (.last(5000), 1000, 0..<1000), (.last(.max), 10, 0..<10),
            (.last(0), 1000, nil), (.last(5), 0, nil),
        ] as [(ByteRange, Int, Range<Int>?)])
    func `a range means bytes of a body, or none`(range: ByteRange, count: Int, bytes: Range<Int>?) {
        #expect(range.resolved(in: count) == bytes)
        #expect(ByteRange(field: range.field) == range)
    }

    @Test(
        arguments: [
            ("bytes 0-499/1234", 0..<500, 1234), ("bytes 734-1233/1234", 734..<1234, 1234), ("bytes 0-0/1", 0..<1, 1),
            ("bytes 42-1233/*", 42..<1234, nil), ("bytes */1234", nil, 1234),
        ] as [(String, Range<Int>?, Int?)])
    func `a content range is read and written`(field: String, range: Range<Int>?, total: Int?) throws {
        let read = try #require(ContentRange(field: field))
        #expect(read.range == range && read.total == total)
        #expect(read.field == field)
        #expect(read == (range.map { ContentRange($0, of: total) } ?? ContentRange(unsatisfiedOf: total ?? 0)))
    }

    @Test(arguments: [
        "", "bytes", "bytes 0-499", "bytes=0-499/1234", "items 0-499/1234", "bytes 5-4/10", "bytes 0-10/10", "bytes 10-10/10",
        "bytes */*", "bytes 0-/10", "bytes -5/10", "bytes 0-5/-1",
        "bytes 0-5/10/20", "bytes 0-5-6/10", "bytes a-5/10", "bytes 0-99999999999999999999/*", "bytes 0-5/x",
    ])
    func `a content range that makes no sense is nil`(field: String) {
        #expect(ContentRange(field: field) == nil)
    }
}
