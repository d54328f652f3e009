import Testing
import Wire

@Suite struct JSONValueTests {
    @Test(
        arguments: [
            (nil, "null"), (true, "true"), (false, "false"), (0, "0"), (-7, "-7"), (8.0, "8"), (7.5, "7.5"), (1e300, "1e+300"),
            (.int(.min), "-9223372036854775808"),
            (.double(.infinity), "null"), (.double(.nan), "null"), (-0.0, "0"), ("", "\"\""), ([], "[]"), ([:], "{}"),
            ([1, [nil], ["a": []]], "[1,[null],{\"a\":[]}]"),
            (["b": 1, "a": "x"], "{\"b\":1,\"a\":\"x\"}"), (.object([("a", 1), ("a", 2)]), "{\"a\":1,\"a\":2}"),
            (.optional("x"), "\"x\""), (.optional(nil as String?), "null"), (.optional(3), "3"), (.optional(nil as Int64?), "null"),
            (.members(["a": 1, "b": nil, "c": "x"]), "{\"a\":1,\"c\":\"x\"}"), (["\"\n": 1], "{\"\\\"\\n\":1}"),
            (.base64([]), "\"\""), (.base64([0xFF, 0xFF]), "\"//8=\""), (.dataURI(.png, [1, 2, 3]), "\"data:image/png;base64,AQID\""),
            (.plain("data:image/png;base64,", Slice("AQID")), "\"data:image/png;base64,AQID\""),
        ] as [(JSONValue, String)])
    func `a value is written`(value: JSONValue, text: String) {
        #expect(value.text == text)
    }

    @Test(arguments: [
        ("a/b", "a/b"), ("\"", "\\\""), ("\\", "\\\\"), ("\n\r\t", "\\n\\r\\t"),
        ("\0\u{8}\u{C}\u{1F}", "\\u0000\\u0008\\u000c\\u001f"), ("\u{7F}é€😀", "\u{7F}é€😀"),
        ("say \"hi\" \\ bye\n", "say \\\"hi\\\" \\\\ bye\\n"),
        (String(repeating: "a", count: 40) + "\"", String(repeating: "a", count: 40) + "\\\""), ("\u{2028}", "\u{2028}"),
    ])
    func `a string is escaped where JSON demands it and nowhere else`(string: String, text: String) {
        #expect(JSONValue.string(string).text == "\"\(text)\"")
        #expect(JSONValue.object([(string, 1)]).text == "{\"\(text)\":1}")
    }

    @Test func `members are read, replaced, added and removed`() {
        var value: JSONValue = ["a": 1, "b": 2]
        #expect(value["a"]?.text == "1" && value["x"] == nil && JSONValue.int(1)["a"] == nil)
        value["a"] = "x"
        value["c"] = [true]
        value["b"] = nil as JSONValue?
        value["absent"] = nil as JSONValue?
        #expect(value.text == "{\"a\":\"x\",\"c\":[true]}")
        var number: JSONValue = 1
        number["a"] = 1
        #expect(number.text == "1")
    }

    @Test func `large parsed parts are slices of the text they came from`() throws {
        let picture = String(repeating: "A", count: 100_000)
        let bytes = Bytes(#"{"model":"sora-2","image":"\#(picture)","n":1.50}"#.utf8)
        let json = try JSON(parsing: bytes[...])
        let members = json.members.map { ($0.name, $0.name == "model" ? JSONValue.string("veo") : .parsed($0.value)) }
        let pieces = JSONValue.object(members).encoded()
        #expect(pieces.joined().text == #"{"model":"veo","image":"\#(picture)","n":1.50}"#)
        #expect(pieces.slices.count == 3)
        #expect(bytes[pieces.slices[1].indices].elementsEqual(Bytes("\"\(picture)\"".utf8)))
        let start = bytes.withUnsafeBufferPointer { $0.baseAddress.map { $0 + 26 } }
        #expect(pieces.slices[1].withUnsafeBufferPointer(\.baseAddress) == start)
    }

    @Test func `a parsed value is passed on as it was written`() throws {
        let json = try JSON(parsing: #"{"a" : [ 1.0, "\u0041" ], "s":"\/"}"#)
        #expect(JSONValue.parsed(json).text == #"{"a" : [ 1.0, "\u0041" ], "s":"\/"}"#)
        #expect(JSONValue.array([.parsed(json["s"]!), .parsed(json["a"]![0]!)]).text == #"["\/",1.0]"#)
    }
}
