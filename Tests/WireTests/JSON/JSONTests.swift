import Testing
import Wire

@Suite struct JSONTests {
    private func json(_ text: String) throws -> JSON { try JSON(parsing: text) }

    @Test func `values are reached by name and place`() throws {
        let json = try json(#"{"a":{"b":[10,"x",{"c":null}]},"a b":true,"\u0063":false}"#)
        #expect(json["a"]?["b"]?[0]?.int == 10)
        #expect(json.at("a", "b")?[2]?["c"]?.isNull == true)
        #expect(json["a b"]?.bool == true && json["c"]?.bool == false)
        #expect(json["x"] == nil && json["a"]?["b"]?[3] == nil && json["a"]?["b"]?[-1] == nil && json.at("a", "x", "b") == nil)
        #expect(json.count == 3 && json["a"]?["b"]?.count == 3 && json["a b"]?.count == 0)
        #expect(json[0] == nil && json.at("a", "b")?["x"] == nil && json.at("a", "b")?[1]?[0] == nil)
    }

    @Test func `a value of another kind is nil`() throws {
        let all = try json(#"[null,true,1,"x",[],{}]"#).elements
        #expect(all.map(\.kind) == [.null, .bool, .number, .string, .array, .object])
        #expect(all.map(\.isNull) == [true, false, false, false, false, false])
        #expect(all.map(\.bool) == [nil, true, nil, nil, nil, nil])
        #expect(all.map(\.int) == [nil, nil, 1, nil, nil, nil])
        #expect(all.map(\.double) == [nil, nil, 1, nil, nil, nil])
        #expect(all.map(\.string) == [nil, nil, nil, "x", nil, nil])
        #expect(all.map { $0.stringBytes?.text } == [nil, nil, nil, "x", nil, nil])
        #expect(all.map { $0["x"] == nil && $0[0] == nil && $0.elements.isEmpty && $0.members.isEmpty }.allSatisfy { $0 })
    }

    @Test func `the last of repeated names wins, and all are members`() throws {
        let json = try json(#"{"a":1,"b":{"a":5},"a":2,"\u0061":3}"#)
        #expect(json["a"]?.int == 3)
        #expect(json.members.map(\.name) == ["a", "b", "a", "a"])
        #expect(json.count == 4)
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("-7", -7), ("8.0", 8), ("8e0", 8), ("80e-1", 8), ("1.5", nil), ("1e3", 1000),
            ("-1.0E+2", -100),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("1e400", nil), ("1e-400", 0),
            ("9007199254740991.0", 9_007_199_254_740_991), ("9007199254740992.0", nil), ("9007199254740993.0", nil),
            ("9007199254740993", 9_007_199_254_740_993),
            ("1e18", nil),
        ] as [(String, Int?)])
    func `a number is an integer only if it is one`(text: String, int: Int?) throws {
        #expect(try json(text).int == int)
    }

    @Test(
        arguments: [
            ("0.1", 0.1), ("-0", -0.0), ("1e400", nil), ("-1e400", nil), ("1e-400", 0),
            ("12345678901234567890", 12_345_678_901_234_567_168), ("1.7976931348623157e308", .greatestFiniteMagnitude),
            ("5e-324", .leastNonzeroMagnitude), ("0.30000000000000004", 0.30000000000000004),
        ] as [(String, Double?)])
    func `a number is the nearest double, or nothing if there is none`(text: String, double: Double?) throws {
        #expect(try json(text).double == double)
    }

    @Test func `a number of a million digits is read as text`() throws {
        let digits = "1" + String(repeating: "0", count: 1_000_000)
        let json = try json(digits)
        #expect(json.numberText == digits && json.int == nil && json.double == nil)
    }

    @Test func `plain strings are windows on the text, wherever in a buffer it begins`() throws {
        let bytes = Bytes(#"xx{"plain":"data:,a","escaped":"a\/b"}yy"#.utf8)
        let json = try JSON(parsing: bytes[2..<(bytes.count - 2)])
        let plain = try #require(json["plain"]?.plainString)
        #expect(bytes[plain.indices].elementsEqual("data:,a".utf8))
        #expect(json["plain"]?.stringBytes == plain)
        #expect(json["escaped"]?.plainString == nil && json["escaped"]?.stringBytes?.text == "a/b")
        #expect(json["escaped"]?.raw.text == #""a\/b""#)
    }

    @Test func `raw is the value exactly as it stood in the text`() throws {
        let json = try json(#" { "a" : [ 1.50 , "x\u0041" ] , "b" : { } , "c":null} "#)
        #expect(json.raw.text == #"{ "a" : [ 1.50 , "x\u0041" ] , "b" : { } , "c":null}"#)
        #expect(json.members.map(\.value.raw.text) == [#"[ 1.50 , "x\u0041" ]"#, "{ }", "null"])
        #expect(json["a"]?.elements.map(\.raw.text) == ["1.50", #""x\u0041""#])
    }

    @Test func `depth and number of values are bounded`() throws {
        var limits = Limits()
        limits.maxJSONDepth = 3
        limits.maxJSONNodes = 6
        let refusal = { [limits] (text: String) -> String? in
            do throws(JSON.ParseError) {
                _ = try JSON(parsing: text, limits: limits)
                return nil
            } catch { return error.reason }
        }
        #expect(refusal("[[[1]]]") == nil && refusal("[[],[],[[]]]") == nil)
        #expect(refusal("[[[[1]]]]") == "nested deeper than 3" && refusal("[[[{}]]]") == "nested deeper than 3")
        #expect(refusal("[1,2,3,4,5]") == nil && refusal("{\"a\":1,\"b\":2}") == nil)
        #expect(refusal("[1,2,3,4,5,6]") == "more than 6 values" && refusal("{\"a\":1,\"b\":2,\"c\":3}") == "more than 6 values")
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func `a million open brackets are refused, not followed`(bracket: String) {
        #expect(throws: JSON.ParseError.self) { try JSON(parsing: String(repeating: bracket, count: 1_000_000)) }
    }

    @Test func `whatever is written can be read`() throws {
        var random = SeededRandom()
        for round in 0..<300 {
            let value = JSONTests.value(&random, depth: 4)
            let text = value.text
            let again = JSONTests.copy(try JSON(parsing: text))
            try #require(again.text == text, "\(random) round \(round)")
            try #require(JSONValue.parsed(try JSON(parsing: text)).text == text, "\(random) round \(round)")
        }
    }

    @Test func `a text with one byte changed is read or refused, and what is read can be read again`() throws {
        var random = SeededRandom()
        for round in 0..<2000 {
            var bytes = Bytes(JSONTests.value(&random, depth: 3).text.utf8)
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let syntax = Bytes("{}[]\",:\\u0e-. \n".utf8)
            let any = UInt8.random(in: 0...255, using: &random)
            bytes[place] = Bool.random(using: &random) ? syntax.randomElement(using: &random) ?? 0 : any
            guard let json = try? JSON(parsing: bytes[...]) else { continue }
            let text = JSONTests.copy(json).text
            try #require(JSONTests.copy(try JSON(parsing: text)).text == text, "\(random) round \(round)")
        }
    }

    private static func value(_ random: inout SeededRandom, depth: Int) -> JSONValue {
        let count = Int.random(in: 0...4, using: &random)
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .int(Int64(bitPattern: random.next()))
        case 3: return .double(Double(bitPattern: random.next()))
        case 4: return .string(string(&random))
        case 5: return .array((0..<count).map { _ in value(&random, depth: depth - 1) })
        default: return .object((0..<count).map { _ in (string(&random), value(&random, depth: depth - 1)) })
        }
    }

    private static func string(_ random: inout SeededRandom) -> String {
        let scalars: [Unicode.Scalar] = ["a", "z", "\"", "\\", "/", "\n", "\r", "\t", "\0", "\u{1F}", "\u{7F}", "é", "€", "😀", "\u{FFFF}"]
        let count = [0, 1, 5, 31, 32, 33, 100].randomElement(using: &random) ?? 0
        let isPlain = Bool.random(using: &random)
        return String(String.UnicodeScalarView((0..<count).map { _ in isPlain ? "a" : scalars.randomElement(using: &random) ?? "a" }))
    }

    private static func copy(_ json: JSON) -> JSONValue {
        switch json.kind {
        case .null: .null
        case .bool: .bool(json.bool ?? false)
        case .number: .parsed(json)
        case .string: .string(json.string ?? "")
        case .array: .array(json.elements.map(copy))
        case .object: .object(json.members.map { ($0.name, copy($0.value)) })
        }
    }
}

struct JSONMemberTests {
    @Test func `members come in order, with their names unescaped`() throws {
        let json = try JSON(parsing: #"{"a":1,"m\u006fdel":{"x":[]},"a":"\u00e9"}"#)
        var found: [String] = []
        json.forEachMember { name, value in
            found.append(String(decoding: name, as: UTF8.self) + "=" + String(decoding: value.raw, as: UTF8.self))
        }
        #expect(found == ["a=1", #"model={"x":[]}"#, #"a="\u00e9""#])
        json["a"]?.forEachMember { _, _ in Issue.record("a string has no members") }
    }

    @Test(
        arguments: [
            ("0", 0), ("12", 12), ("00", nil), ("999999999999999", 999_999_999_999_999), ("1234567890123456", 1_234_567_890_123_456),
            ("-7", -7),
            ("8.0", 8), ("8e2", 800), ("1.5", nil), ("9223372036854775807", .max), ("9223372036854775808", nil),
        ] as [(String, Int?)])
    func `whole numbers are read from any spelling`(_ text: String, _ whole: Int?) {
        let json = try? JSON(parsing: text)
        #expect(json?.int == whole)
        if let whole, whole < 1 << 53 { #expect(json?.double == Double(whole)) }
    }
}
