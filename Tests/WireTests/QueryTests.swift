import Testing
import Wire

@Suite struct QueryTests {
    @Test(
        arguments: [
            ("", []), ("a=1", [["a", "1"]]), ("a=1&b=2&a=3", [["a", "1"], ["b", "2"], ["a", "3"]]), ("a", [["a", ""]]),
            ("a=", [["a", ""]]), ("=a", [["", "a"]]), ("&a=1&&b=2&", [["a", "1"], ["b", "2"]]),
            ("a=b=c", [["a", "b=c"]]), ("a+b=c+d", [["a b", "c d"]]), ("a%20b=c%2Bd", [["a b", "c+d"]]), ("a=%C3%A9", [["a", "é"]]),
            ("a=é", [["a", "é"]]), ("a=%FF", [["a", "\u{FFFD}"]]),
            ("a=%&b=%4&c=%zz&d=%4", [["a", "%"], ["b", "%4"], ["c", "%zz"], ["d", "%4"]]), ("a;b=1", [["a;b", "1"]]),
            ("a%3Db=%26", [["a=b", "&"]]), ("a=1?b=2", [["a", "1?b=2"]]),
            ("a=%00", [["a", "\0"]]), ("%61=%62", [["a", "b"]]), ("a=%e2%82%AC", [["a", "€"]]),
        ] as [(String, [[String]])])
    func `a query or an urlencoded form is read`(text: String, items: [[String]]) {
        let query = Query(parsing: Slice(text))
        #expect(query.items.map { [$0.name, $0.value] } == items)
        #expect(query.isEmpty == items.isEmpty)
    }

    @Test func `of a body with too many items, only enough is read to reject it`() {
        let query = Query(parsing: Slice(String(repeating: "a&", count: 20_000)))
        #expect(query.items.count == 10_001)
        #expect(throws: FormTree.ParseError.tooManyFields(limit: 512)) { try FormTree(query) }
    }

    @Test func `the first value of a name is found`() {
        let query = Query(parsing: Slice("a=1&b=2&a=3"))
        #expect(query["a"] == "1" && query["b"] == "2" && query["c"] == nil)
    }

    @Test func `what is written is read again`() throws {
        var random = SeededRandom()
        for round in 0..<300 {
            var query = Query()
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                query.add(String(decoding: random.bytes(5), as: UTF8.self), String(decoding: random.bytes(5), as: UTF8.self))
            }
            try #require(Query(parsing: Slice(query.encoded)) == query, "\(random) round \(round)")
        }
        #expect(Query([("a b", "c&d"), ("é", "~-._")]).encoded == "a%20b=c%26d&%C3%A9=~-._")
        #expect(Query([("a", "1")]) != Query([("a", "2")]) && Query([("a", "1")]) != Query([]))
    }
}
