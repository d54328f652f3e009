import Testing
import Wire

struct JSONWriterTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter(capacity: 0)
        write(&json)
        return String(decoding: json.finish().joined(), as: UTF8.self)
    }

    @Test func `members and elements are separated by commas, at every depth`() {
        let text = text { json in
            json.beginArray()
            json.beginObject()
            json.endObject()
            json.beginObject()
            json.member("a", "x")
            json.beginObject("b")
            json.endObject()
            json.beginArray("c")
            json.element("1")
            json.element("2")
            json.beginArray()
            json.endArray()
            json.element(tree: [nil, ["x": 1]])
            json.endArray()
            json.member("d", true)
            json.member("e", false)
            json.null("f")
            json.member("g", orNull: nil as String?)
            json.member("h", orNull: nil as Int64?)
            json.member("i", orNull: "x")
            json.member("j", orNull: 7)
            json.member("k", tree: ["y": 0.5])
            json.member("l", tree: .base64([1, 2, 3]))
            json.member("", "")
            json.endObject()
            json.element("end")
            json.endArray()
        }
        #expect(
            text == #"[{},{"a":"x","b":{},"c":["1","2",[],[null,{"x":1}]],"d":true,"e":false,"f":null,"g":null,"h":null,"i":"x","j":7,"#
                + #""k":{"y":0.5},"l":"AQID","":""},"end"]"#)
    }

    @Test(
        arguments: [
            0, 1, -1, 9, 10, 99, 100, 1_790_000_000, -1_790_000_000, 9_223_372_036_854_775_807, -9_223_372_036_854_775_808,
            1_000_000_000_000_000_000, 999_999_999_999_999_999,
        ] as [Int64])
    func `a whole number is written in full`(_ number: Int64) {
        #expect(
            text {
                $0.beginObject(); $0.member("n", number); $0.endObject()
            } == "{\"n\":\(number)}")
        #expect(JSONValue.int(number).text == "\(number)")
    }

    @Test(
        arguments: [
            (8, "8"), (7.5, "7.5"), (-0.0, "0"), (0.1, "0.1"), (1e300, "1e+300"), (1e18, "1000000000000000000"), (.infinity, "null"),
            (.nan, "null"),
        ] as [(Double, String)])
    func `a number is written as in a tree`(_ number: Double, _ expected: String) {
        #expect(
            text {
                $0.beginObject(); $0.member("n", number: number); $0.endObject()
            } == "{\"n\":\(expected)}")
        #expect(JSONValue.double(number).text == expected)
    }

    @Test(arguments: [
        "", "A red kite", "\"", "a\\b", "line\nfeed\u{1}\u{7F}", "é€😀", String(repeating: "a", count: 31) + "\"",
        String(repeating: "é", count: 5000),
        String(repeating: "\t", count: 100), String(repeating: "plain ", count: 1000),
    ])
    func `a string is escaped as in a tree`(_ string: String) throws {
        let written = text {
            $0.beginObject(); $0.member("s", string); $0.endObject()
        }
        #expect(written == JSONValue.object([("s", .string(string))]).text)
        #expect(try JSON(parsing: written)["s"]?.string == string)
    }

    @Test func `a large parsed part is not copied`() throws {
        let parsed = try JSON(parsing: "\"" + String(repeating: "A", count: 10_000) + "\"")
        var json = JSONWriter()
        json.beginObject()
        json.member("image", tree: .parsed(parsed))
        json.member("n", 1)
        json.endObject()
        let pieces = json.finish()
        #expect(pieces.slices.count == 3)
        #expect(pieces.slices[1].withUnsafeBufferPointer(\.baseAddress) == parsed.raw.withUnsafeBufferPointer(\.baseAddress))
        #expect(try JSON(parsing: pieces.joined())["n"]?.int == 1)
    }

    @Test func `a response has the text and its type`() {
        var json = JSONWriter()
        json.beginArray()
        json.endArray()
        let response = Response(status: 202, json: json, headers: Headers([("x-request-id", "r")]))
        #expect(response.status == 202 && response.body == Pieces("[]"))
        #expect(response.headers.fields.map(\.name) == ["x-request-id", "content-type"])
        #expect(response.headers[.contentType] == "application/json")
    }
}
