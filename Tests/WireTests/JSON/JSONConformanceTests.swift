import Testing
import Wire

/// What RFC 8259 allows, what it forbids, and what it leaves open, case by case in the manner of the public parsing suites.
@Suite struct JSONConformanceTests {
    /// The tree written without white space: strings escaped again, numbers as received, repeated names kept.
    private func written(_ json: JSON) -> String {
        switch json.kind {
        case .null: "null"
        case .bool: json.bool == true ? "true" : "false"
        case .number: json.numberText ?? ""
        case .string: JSONValue.string(json.string ?? "").text
        case .array: "[" + json.elements.map(written).joined(separator: ",") + "]"
        case .object: "{" + json.members.map { JSONValue.string($0.name).text + ":" + written($0.value) }.joined(separator: ",") + "}"
        }
    }

    private func parseError(_ bytes: Bytes) -> JSON.ParseError? {
        do {
            _ = try JSON(parsing: bytes[...])
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        "[]", "{}", "null", "true", "false", "0", "-0", "\"\"", "[[]]", "[{}]", "{\"\":0}", "[1,2]", "[null,1,\"1\",{}]", "[[[[[[1]]]]],2]",
        "{\"a\":{\"b\":{\"c\":[{\"d\":[]}]}}}", "{\"a\":1,\"b\":2}", "[true,false,null]", "\"x\"", "[\"\",\"a\"]",
        "[1,[2,[3,[]]],{\"a\":[{}]}]",
    ])
    func `structures are read`(text: String) throws {
        #expect(written(try JSON(parsing: text)) == text)
    }

    @Test(arguments: [
        ("{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}"), ("{\"a\":1,\"\\u0061\":2}", "{\"a\":1,\"a\":2}"),
        (" [ ] ", "[]"), ("\t\r\n {\n\"a\" : [ 1 , 2 ] ,\r\"b\"\t:{ } }\n\n", "{\"a\":[1,2],\"b\":{}}"), ("[\n]", "[]"),
        (" 1 ", "1"), ("\"a\" \n", "\"a\""),
    ])
    func `white space and repeated names are read`(text: String, form: String) throws {
        #expect(written(try JSON(parsing: text)) == form)
    }

    @Test(arguments: [
        "0", "-0", "7", "-1", "10", "123456789", "0.0", "-0.1", "1.25", "0.000001", "1e1", "1E1", "1e+1", "1e-1", "0e0", "0E+00",
        "1.5e10", "1.5E-007", "123.456e78",
        "12345678901234567890", "-9223372036854775809", "1e400", "-1e400", "1e-400",
        "0.1000000000000000055511151231257827021181583404541015625", "100", "20e1",
    ])
    func `numbers are read and keep their text`(text: String) throws {
        #expect(try JSON(parsing: text).numberText == text)
        #expect(try JSON(parsing: "[\(text),\(text) ]").elements.map(\.numberText) == [text, text])
    }

    @Test(arguments: [
        (#""a b""#, "a b"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
        (#""\u0000""#, "\0"), (#""\u001F""#, "\u{1F}"),
        (#""\uD83D\uDE00""#, "😀"), (#""\ud800\udc00\uDBFF\uDFFF""#, "\u{10000}\u{10FFFF}"), (#""x\\u0041""#, "x\\u0041"),
        (#""\\\\""#, "\\\\"), (#""\"""#, "\""),
        ("\"\u{7F}\"", "\u{7F}"), ("\"é€😀\"", "é€😀"), ("\"\u{2028}\u{2029}\"", "\u{2028}\u{2029}"), ("\"\u{FEFF}\"", "\u{FEFF}"),
        ("\"\u{FFFF}\u{10FFFF}\"", "\u{FFFF}\u{10FFFF}"),
        (#""/""#, "/"), (#""{}[],:""#, "{}[],:"), (#""null""#, "null"), (#""\uFFFE""#, "\u{FFFE}"), ("\"e\u{301}\"", "e\u{301}"),
    ])
    func `strings are read`(text: String, string: String) throws {
        #expect(try JSON(parsing: text).string.map { Bytes($0.utf8) } == Bytes(string.utf8))
        #expect(try JSON(parsing: "{\(text):\(text)}").members.map { [$0.name, $0.value.string] } == [[string, string]])
    }

    /// RFC 8259 §8.2 leaves lone surrogates open: they are read as U+FFFD.
    @Test(arguments: [
        (#""\uD800""#, "\u{FFFD}"), (#""\uDC00""#, "\u{FFFD}"), (#""\uDC00\uD800""#, "\u{FFFD}\u{FFFD}"),
        (#""\uD800x""#, "\u{FFFD}x"), (#""\uD800\n""#, "\u{FFFD}\n"),
        (#""\uD800\u0041""#, "\u{FFFD}A"), (#""\uD800\uD800\uDC00""#, "\u{FFFD}\u{10000}"),
        (#""\uD83D\\uDE00""#, "\u{FFFD}\\uDE00"), (#""\uD800\nDC00""#, "\u{FFFD}\nDC00"), (#""\uD800xuDC00""#, "\u{FFFD}xuDC00"),
        (#""\uD83D""#, "\u{FFFD}"),
    ])
    func `lone surrogates become the replacement character`(text: String, string: String) throws {
        #expect(try JSON(parsing: text).string == string)
    }

    @Test(arguments: [
        // Structure.
        ("", "the text ends where a value is expected", 0), (" ", "the text ends where a value is expected", 1),
        ("[", "the text ends where a value is expected", 1),
        ("{", "a name in quotes must follow", 1), ("]", "a value must follow", 0), ("}", "a value must follow", 0),
        (",", "a value must follow", 0), (":", "a value must follow", 0),
        ("[1", "a comma or the closing bracket must follow", 2), ("[1,", "the text ends where a value is expected", 3),
        ("[1,]", "a value must follow", 3),
        ("[,1]", "a value must follow", 1), ("[,]", "a value must follow", 1), ("[1,,2]", "a value must follow", 3),
        ("[1 2]", "a comma or the closing bracket must follow", 3),
        ("[1}", "a comma or the closing bracket must follow", 2), ("{\"a\":1]", "a comma or the closing bracket must follow", 6),
        ("[1:2]", "a comma or the closing bracket must follow", 2),
        ("[[1]", "a comma or the closing bracket must follow", 4), ("[]]", "nothing more may follow the value", 2),
        ("{}}", "nothing more may follow the value", 2),
        ("[] []", "nothing more may follow the value", 3), ("1 2", "nothing more may follow the value", 2),
        ("[],", "nothing more may follow the value", 2),
        ("{}x", "nothing more may follow the value", 2), ("null\0", "nothing more may follow the value", 4),
        ("\"\"\"", "nothing more may follow the value", 2),
        ("{1:2}", "a name in quotes must follow", 1), ("{a:1}", "a name in quotes must follow", 1),
        ("{'a':1}", "a name in quotes must follow", 1),
        ("{null:1}", "a name in quotes must follow", 1), ("{,}", "a name in quotes must follow", 1),
        ("{[]:1}", "a name in quotes must follow", 1),
        ("{\"a\":1,}", "a name in quotes must follow", 7), ("{\"a\":1,,\"b\":2}", "a name in quotes must follow", 7),
        ("{\"a\":1 \"b\":2}", "a comma or the closing bracket must follow", 7),
        ("{\"a\"", "a colon must follow the name", 4), ("{\"a\"}", "a colon must follow the name", 4),
        ("{\"a\",1}", "a colon must follow the name", 4),
        ("{\"a\" 1}", "a colon must follow the name", 5), ("{\"a\"::1}", "a value must follow", 5),
        ("{\"a\":}", "a value must follow", 5), ("{\"a\":", "the text ends where a value is expected", 5),
        ("{\"a\":1", "a comma or the closing bracket must follow", 6), ("[\"a\":1]", "a comma or the closing bracket must follow", 4),
        // Words and white space.
        ("nul", "a value must follow", 0), ("nulL", "a value must follow", 0), ("True", "a value must follow", 0),
        ("tru", "a value must follow", 0), ("fals", "a value must follow", 0),
        ("truee", "nothing more may follow the value", 4), ("[nullnull]", "a comma or the closing bracket must follow", 5),
        ("NaN", "a value must follow", 0),
        ("Infinity", "a value must follow", 0), ("-Infinity", "a value must follow", 1), ("undefined", "a value must follow", 0),
        ("[\u{C}]", "a value must follow", 1),
        ("\u{B}1", "a value must follow", 0), ("[\u{A0}1]", "a value must follow", 1), ("\u{2028}1", "a value must follow", 0),
        ("1\u{0}", "nothing more may follow the value", 1),
        ("// x\n1", "a value must follow", 0), ("[1/**/]", "a comma or the closing bracket must follow", 2),
        ("#1", "a value must follow", 0),
        // Numbers.
        ("-", "a value must follow", 1), ("+1", "a value must follow", 0), ("01", "nothing more may follow the value", 1),
        ("-01", "nothing more may follow the value", 2),
        ("00", "nothing more may follow the value", 1), (".5", "a value must follow", 0), ("-.5", "a value must follow", 1),
        ("5.", "a digit must follow the point", 2),
        ("0.e1", "a digit must follow the point", 2), ("1e", "a digit must follow the exponent", 2),
        ("1e+", "a digit must follow the exponent", 3), ("1e1.5", "nothing more may follow the value", 3),
        ("1.2.3", "nothing more may follow the value", 3), ("1ee2", "a digit must follow the exponent", 2),
        ("0x1F", "nothing more may follow the value", 1), ("1_000", "nothing more may follow the value", 1),
        ("--1", "a value must follow", 1), ("1-1", "nothing more may follow the value", 1),
        ("1a", "nothing more may follow the value", 1), ("- 1", "a value must follow", 1), ("１", "a value must follow", 0),
        ("1 000", "nothing more may follow the value", 2), ("1,5", "nothing more may follow the value", 1),
        // Strings.
        ("\"", "this string has no closing quote", 0), ("\"a", "this string has no closing quote", 0),
        ("[\"a", "this string has no closing quote", 1), ("'a'", "a value must follow", 0),
        ("\"\\\"", "this string has no closing quote", 1), ("\"\\", "not an escape of JSON", 1),
        ("\"a\nb\"", "a control character in a string must be escaped", 2),
        ("\"\t\"", "a control character in a string must be escaped", 1), ("\"\0\"", "a control character in a string must be escaped", 1),
        ("\"\u{1F}\"", "a control character in a string must be escaped", 1),
        ("{\"a\nb\":1}", "a control character in a string must be escaped", 3),
        ("\"\\x41\"", "not an escape of JSON", 1), ("\"\\a\"", "not an escape of JSON", 1),
        ("\"\\'\"", "not an escape of JSON", 1),
        ("\"\\0\"", "not an escape of JSON", 1), ("\"\\\n\"", "not an escape of JSON", 1),
        ("\"\\U0041\"", "not an escape of JSON", 1), ("\"\\é\"", "not an escape of JSON", 1),
        ("\"\\u\"", "\\u needs four hex digits", 1), ("\"\\u004\"", "\\u needs four hex digits", 1),
        ("\"\\u00G1\"", "\\u needs four hex digits", 1), ("\"\\u+041\"", "\\u needs four hex digits", 1),
        ("\"\\u{41}\"", "\\u needs four hex digits", 1), ("\"\\uD834\\uDd", "\\u needs four hex digits", 7),
        ("\"\\u 041\"", "\\u needs four hex digits", 1),
    ])
    func `what the grammar does not have is refused at its place`(text: String, reason: String, offset: Int) {
        #expect(parseError(Bytes(text.utf8)) == JSON.ParseError(reason: reason, offset: offset))
    }

    @Test(arguments: [
        "80", "bf", "c0", "c080", "c1bf", "c2", "c220", "c2c2a0", "df", "e0", "e080", "e08080", "e09fbf", "e0a0", "e0a020",
        "e12080", "ed", "eda080", "edb080", "edbfbf", "efbf", "efbf41",
        "f0", "f08080", "f0808080", "f08fbfbf", "f09f98", "f09f9820", "f09f2080", "f0209f98", "f3bfbf", "f4908080", "f4bfbfbf",
        "f1208080", "f3c08080", "f5808080", "f8888080", "fc8480808080", "fe", "ff",
    ])
    func `a string that is not UTF-8 is rejected at any position`(hex: String) throws {
        let broken = try #require(Hex.bytes(hex))
        for count in [0, 1, 29, 30, 31, 32, 33, 64] {
            let before = Bytes(repeating: 0x61, count: count)
            for after in [Bytes(), Bytes(repeating: 0x61, count: 40), Bytes("\\n\\n".utf8) + Bytes(repeating: 0x61, count: count)] {
                let text = Bytes("[\"".utf8) + before + broken + after + Bytes("\"]".utf8)
                #expect(parseError(text) == JSON.ParseError(reason: "this string is not UTF-8", offset: 1))
                #expect(parseError(Bytes("{\"".utf8) + before + broken + after + Bytes("\":1}".utf8))?.reason == "this string is not UTF-8")
            }
        }
    }

    @Test func `the edges of every length of UTF-8 are read`() throws {
        let edges = [
            0x20, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF,
            0x10000, 0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF,
        ]
        for scalar in edges {
            let character = String(try #require(Unicode.Scalar(UInt32(scalar))))
            for count in [0, 28, 29, 30, 31, 32] {
                let string = String(repeating: "a", count: count) + character + "b"
                #expect(try JSON(parsing: "\"\(string)\"").string == string)
            }
        }
    }

    @Test func `bytes beyond ASCII outside of strings are refused`() {
        #expect(parseError([0xC3, 0xA9]) == JSON.ParseError(reason: "a value must follow", offset: 0))
        #expect(parseError([0x5B, 0xFF, 0x5D]) == JSON.ParseError(reason: "a value must follow", offset: 1))
        #expect(parseError([0x7B, 0x22, 0x61, 0x22, 0x3A, 0x31, 0x80, 0x7D])?.reason == "a comma or the closing bracket must follow")
    }

    /// RFC 8259 §8.1 lets a reader ignore a byte order mark; rejecting it informs the sender.
    @Test func `a byte order mark is rejected by its name, and UTF-16 is not JSON`() {
        #expect(parseError([0xEF, 0xBB, 0xBF, 0x7B, 0x7D])?.reason == "the text begins with a byte order mark, which JSON does not allow")
        #expect(parseError([0xEF, 0xBB, 0xBF])?.reason == "the text begins with a byte order mark, which JSON does not allow")
        #expect(parseError([0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00]) == JSON.ParseError(reason: "a value must follow", offset: 0))
        #expect(parseError([0x00, 0x5B, 0x00, 0x5D]) == JSON.ParseError(reason: "a value must follow", offset: 0))
    }

    @Test func `every byte is handled inside a string and after a backslash`() {
        for byte in UInt8.min...UInt8.max {
            let isPlain = byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C
            for count in [0, 31, 32, 40] {
                let before = Bytes("\"".utf8) + Bytes(repeating: 0x61, count: count)
                #expect((parseError(before + [byte, 0x22]) == nil) == isPlain, "byte \(byte)")
                #expect((parseError(before + [0x5C, byte, 0x22]) == nil) == Bytes("\"\\/bfnrt".utf8).contains(byte), "escape \(byte)")
            }
        }
    }
}
