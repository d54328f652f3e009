import Testing
import Wire

@Suite struct EntityTagTests {
    private func tag(_ field: String) throws -> EntityTag { try #require(EntityTag(field: field)) }

    @Test(arguments: [
        ("\"xyzzy\"", false, "xyzzy"), ("W/\"xyzzy\"", true, "xyzzy"), ("\"\"", false, ""), ("\"a,b\\c!é\"", false, "a,b\\c!é"),
    ])
    func `a tag is read and written`(field: String, isWeak: Bool, opaque: String) throws {
        let tag = try tag(field)
        #expect(tag.isWeak == isWeak && tag.opaque == opaque && tag.field == field)
    }

    @Test(arguments: [
        "", "xyzzy", "\"xyzzy", "xyzzy\"", "\"", "w/\"x\"", "W/", "W/x", "\"a\"b\"", "\"a b\"", "\"a\nb\"", "\"\u{7F}\"", "W/W/\"x\"",
    ])
    func `text that is not a tag is nil`(field: String) {
        #expect(EntityTag(field: field) == nil)
    }

    /// The table of RFC 9110 §8.8.3.2.
    @Test(arguments: [
        ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false), ("W/\"1\"", "\"1\"", false, true),
        ("\"1\"", "\"1\"", true, true),
    ])
    func `tags match strongly and weakly`(left: String, right: String, strong: Bool, weak: Bool) throws {
        let (left, right) = (try tag(left), try tag(right))
        #expect(left.isStrongMatch(right) == strong && right.isStrongMatch(left) == strong)
        #expect(left.isWeakMatch(right) == weak && right.isWeakMatch(left) == weak)
    }

    @Test(
        arguments: [
            ("*", "\"a\"", true), ("\"a\"", "\"a\"", true), ("\"b\", W/\"a\" ,\"c\"", "\"a\"", true), ("\"b\"", "\"a\"", false),
            (",\"a\",,", "\"a\"", true), ("\"x,y\", \"a\"", "\"x,y\"", true), ("\"a\"", nil, false), ("*", nil, true),
            ("", "\"a\"", false),
        ] as [(String, String?, Bool)])
    func `a list of tags has one or not`(field: String, wanted: String?, isListed: Bool) throws {
        let tags = try #require(EntityTags(field: field))
        #expect(tags.matchesWeakly(try wanted.map(tag)) == isListed)
    }

    @Test(arguments: ["a", "\"a", "\"a\" \"b\"", "\"a\"b", "*, \"a\"", "\"a b\"", "W/a"])
    func `a list that cannot be read is nil`(field: String) {
        #expect(EntityTags(field: field) == nil)
    }

    @Test(
        arguments: [
            ("\"a\"", "\"a\"", true), ("\"a\"", "\"b\"", false), ("W/\"a\"", "W/\"a\"", false), ("\"a\"", "W/\"a\"", false),
            ("\"a\"", nil, false),
            ("Sun, 06 Nov 1994 08:49:37 GMT", "\"a\"", true), ("Sun, 06 Nov 1994 08:49:36 GMT", nil, false),
            ("Sun, 06 Nov 1994 08:49:38 GMT", nil, false),
        ] as [(String, String?, Bool)])
    func `a range is wanted only of an unchanged body`(field: String, etag: String?, holds: Bool) throws {
        let condition = try #require(IfRange(field: field))
        #expect(condition.matches(tag: try etag.map(tag), lastModified: Timestamp(unix: 784_111_777)) == holds)
        #expect(!condition.matches(tag: nil, lastModified: nil))
    }

    @Test func `a condition that is neither tag nor date is nil`() {
        #expect(IfRange(field: "a") == nil && IfRange(field: "") == nil && IfRange(field: "\"a\", \"b\"") == nil)
    }
}
