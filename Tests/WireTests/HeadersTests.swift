import Testing
import Wire

@Suite struct HeadersTests {
    private func isTaken(_ name: Bytes, _ value: Bytes) -> Bool {
        var headers = Headers()
        return headers.add(rawName: name[...], rawValue: value[...])
    }

    @Test func `fields keep their order, names are found in any case`() {
        var headers = Headers()
        #expect(headers.isEmpty && headers.count == 0)
        let isTaken = headers.add(rawName: Slice("Content-TYPE"), rawValue: Slice(" \ttext/plain\t "))
        #expect(isTaken)
        headers.add("x-a", "1")
        headers.add("x-a", "2")
        headers.add(.etag, "\"x\"")
        #expect(headers.count == 4 && !headers.isEmpty)
        let fields = headers.fields.map { [$0.name, $0.value] }
        #expect(fields == [["content-type", "text/plain"], ["x-a", "1"], ["x-a", "2"], ["etag", "\"x\""]])
        #expect(headers[.contentType] == "text/plain" && headers["x-a"] == "1" && headers["x-b"] == nil)
        #expect(headers.values("x-a") == ["1", "2"] && headers.values("x-b").isEmpty)
        #expect(headers.has(.etag) && !headers.has(.accept))
    }

    @Test func `setting replaces every field of that name, and nil removes them`() {
        var headers = Headers([("x-a", "1"), ("x-b", "2")])
        headers.add("x-a", "3")
        headers["x-a"] = "4"
        #expect(headers.fields.map { [$0.name, $0.value] } == [["x-b", "2"], ["x-a", "4"]])
        headers["x-b"] = nil
        headers.remove("x-c")
        headers.set("x-d", "5")
        #expect(headers.fields.map { [$0.name, $0.value] } == [["x-a", "4"], ["x-d", "5"]])
    }

    @Test func `a name that begins like another is another`() {
        let headers = Headers([("x-ab", "1")])
        #expect(headers["x-a"] == nil && headers["x-abc"] == nil)
    }

    @Test func `equal are headers with the same fields in the same order, however they came about`() {
        var changed = Headers([("x-b", "0"), ("x-a", "1")])
        changed["x-b"] = "2"
        #expect(changed == Headers([("x-a", "1"), ("x-b", "2")]))
        #expect(changed != Headers([("x-b", "2"), ("x-a", "1")]))
        #expect(changed != Headers([("x-a", "1")]))
        #expect(Headers([("x-a", "12")]) != Headers([("x-a1", "2")]))
    }

    @Test func `no byte that could end a field gets in by any way`() {
        for byte in UInt8.min...UInt8.max {
            let isLegal = byte == 0x09 || byte >= 0x20 && byte != 0x7F
            #expect(isTaken(Bytes("x".utf8), [0x61, byte, 0x62]) == isLegal, "value byte \(byte)")
            let isToken = Bytes("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8).contains(byte)
            #expect(isTaken([0x61, byte, 0x62], []) == isToken, "name byte \(byte)")
            #expect((HeaderName(String(decoding: [0x61, byte, 0x62], as: UTF8.self)) != nil) == isToken, "name byte \(byte)")
        }
        #expect(!isTaken([], Bytes("x".utf8)) && HeaderName(String()) == nil)
    }

    @Test func `illegal characters of a value that the program sets become spaces`() {
        var headers = Headers()
        headers.add("x-a", "a\r\nset-cookie: b\0\u{7F}é")
        headers["x-b"] = "\n"
        headers.set("x-c", "\r\r")
        #expect(headers["x-a"] == "a  set-cookie: b  é")
        var text = ""
        headers.forEachField { name, value in text += "\(name.text): \(value.text)\n" }
        #expect(text == "x-a: a  set-cookie: b  é\nx-b:  \nx-c:   \n")
    }

    @Test func `refusing a field stores nothing of it`() {
        var headers = Headers([("x-a", "1")])
        let hasBadName = !headers.add(rawName: Slice("x b"), rawValue: Slice("2"))
        let hasBadValue = !headers.add(rawName: Slice("x-b"), rawValue: Slice("2\r\n"))
        #expect(hasBadName && hasBadValue)
        #expect(headers == Headers([("x-a", "1")]))
    }

    @Test func `lines are written as they go on the wire, whatever was added, replaced and removed before`() {
        var headers = Headers([("x-a", "1"), ("x-b", "\n")])
        headers.add("x-c", 42 as Int64)
        headers["x-a"] = "2"
        headers.remove("x-b")
        var lines = Bytes()
        headers.appendLines(to: &lines)
        #expect(lines[...].text == "x-c: 42\r\nx-a: 2\r\n")
        #expect(headers.bytes("x-a")?.text == "2" && headers.bytes("x-b") == nil)
    }

    @Test func `names are tokens in lower case`() {
        let written = "X-Request-ID"
        #expect(HeaderName(written) == .xRequestID)
        #expect(HeaderName(written)?.text == "x-request-id")
        #expect("\(HeaderName.contentType)" == "content-type")
    }
}
