import Testing
import Wire

@Suite struct MultipartTests {
    private func fields(_ body: String, type: String = "multipart/form-data; boundary=b", limits: Limits = Limits()) throws -> [FormField] {
        try Multipart.fields(of: Slice(body), contentType: type, limits: limits)
    }

    private static let type = "multipart/form-data; boundary=b"

    private func parseError(_ body: String, type: String = type, limits: Limits = Limits()) -> Multipart.ParseError? {
        do {
            _ = try Multipart.fields(of: Slice(body), contentType: type, limits: limits)
            return nil
        } catch { return error }
    }

    private func field(_ headers: String) throws -> FormField {
        try #require(try fields("--b\r\n\(headers)\r\n\r\nx\r\n--b--").first)
    }

    @Test func `texts and files come out in order, with their types`() throws {
        let body = """
            --b\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nA "cat"\r\nsings\r\n\
            --b\r\nContent-Disposition: form-data; name="input_reference"; filename="ref.png"\r\n\
            Content-Type: image/png\r\n\r\n\u{89}PNG\r\n\
            --b--\r\n
            """
        let fields = try fields(body)
        #expect(fields.map(\.name) == ["prompt", "input_reference"])
        #expect(fields[0].text == "A \"cat\"\r\nsings")
        #expect(fields[0].type == nil && !fields[0].isFile)
        #expect(fields[1].filename == "ref.png" && fields[1].type == .png && fields[1].isFile)
        #expect(fields[1].content.text == "\u{89}PNG")
    }

    @Test func `contents are windows on the body, wherever in a buffer it begins`() throws {
        let body = Bytes("junk--b\r\nContent-Disposition: form-data; name=a\r\n\r\nxyz\r\n--b--".utf8)
        let field = try #require(try Multipart.fields(of: body[4...], contentType: "multipart/form-data; boundary=b").first)
        #expect(field.content.text == "xyz")
        #expect(body[field.content.indices].elementsEqual("xyz".utf8))
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=abc", "abc"),
        ("multipart/form-data; boundary=\"abc\"", "abc"),
        ("Multipart/Form-Data;charset=utf-8;BOUNDARY=abc", "abc"),
        ("multipart/form-data; boundary=\"a b;c\"", "a b;c"),
        ("multipart/form-data; boundary=----=_Part_1_2.3", "----=_Part_1_2.3"),
        ("multipart/form-data;; boundary=abc ; ", "abc"),
    ])
    func `a boundary is read quoted and unquoted`(type: String, boundary: String) throws {
        #expect(try Multipart.boundary(of: type) == Bytes(boundary.utf8))
    }

    @Test(arguments: [
        ("application/json", Multipart.ParseError.notMultipart),
        ("multipart/mixed; boundary=a", .notMultipart),
        ("multipart/form-data", .noBoundary),
        ("multipart/form-data; charset=utf-8", .noBoundary),
        ("multipart/form-data; boundary=", .illegalBoundary),
        ("multipart/form-data; boundary=\"\"", .illegalBoundary),
        ("multipart/form-data; boundary=\"a", .illegalBoundary),
        ("multipart/form-data; boundary=\"a \"", .illegalBoundary),
        ("multipart/form-data; boundary=é", .illegalBoundary),
        ("multipart/form-data; boundary=a; boundary=b", .illegalBoundary),
        ("multipart/form-data; boundary=a" + (1...16).map { "; p\($0)=1" }.joined(), .illegalBoundary),
        ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), .illegalBoundary),
    ])
    func `a content type without a usable boundary is refused`(type: String, fault: Multipart.ParseError) {
        #expect(parseError("--a\r\n", type: type) == fault)
    }

    @Test func `a missing boundary is explained to the client`() {
        #expect(Multipart.ParseError.noBoundary.reason.contains("Let your HTTP library set this header"))
    }

    @Test func `preamble, epilogue, padding and lines that only begin like the boundary are passed over`() throws {
        let body = """
            for old readers\r\n--bob\r\nmore\r\n--b \t\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--bc\r\n2\r\n--b\r\n\
            Content-Disposition: form-data; name="c"\r\n\r\n3\r\n--b--  \r\nthe end\r\n--b\r\n
            """
        #expect(try fields(body).map { [$0.name, $0.text] } == [["a", "1\r\n--bc\r\n2"], ["c", "3"]])
    }

    @Test func `a form with no parts and a part with no content are both fine`() throws {
        #expect(try fields("--b--\r\n").isEmpty)
        #expect(try fields("--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\n\r\n--b--").map(\.text) == [""])
    }

    @Test func `a body written with bare line feeds throughout is read`() throws {
        let body = """
            --b\nContent-Type: text/plain\nContent-Disposition: form-data; name=a\n\none\ntwo\r\n\
            --b\nContent-Disposition: form-data; name=c\n\n\n--b--\n
            """
        #expect(try fields(body).map { [$0.name, $0.text] } == [["a", "one\ntwo\r"], ["c", ""]])
    }

    @Test func `in a body with CR LF a bare line feed before the boundary is content`() throws {
        #expect(try fields("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\n--b\n2\r\n--b--").map(\.text) == ["1\n--b\n2"])
        #expect(try fields("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b\n2\r\n--b--").map(\.text) == ["1\r\n--b\n2"])
        #expect(parseError("--b\r\nContent-Disposition: form-data; name=a\n\n1\r\n--b--") == .unreadableHeaders(part: 1))
    }

    @Test(arguments: [
        ("form-data; name=\"a\"", "a"),
        ("form-data; name=a", "a"),
        ("FORM-DATA;name=a;x=y", "a"),
        ("form-data; filename=\"f\"; name=\"a\"", "a"),
        ("form-data; name=\"say %22hi%22\"", "say \"hi\""),
        ("form-data; name=\"say \\\"hi\\\"\"", "say \"hi\""),
        ("form-data; name=\"100%25\"", "100%25"),
        ("form-data; name=\"a%0D%0ab\"", "a\r\nb"),
        ("form-data; name=\"refs[][url]\"", "refs[][url]"),
        ("form-data; name*=utf-8''r%C3%A9f%22", "réf\""),
        ("form-data; name=\"\"", ""),
    ])
    func `names are read in every client's form`(disposition: String, name: String) throws {
        #expect(try field("Content-Disposition: \(disposition)").name == name)
    }

    @Test(arguments: [
        ("filename=\"ref.png\"", "ref.png"),
        ("filename=my ref.png", "my ref.png"),
        ("filename=\"r\\\"ef.png\"", "r\"ef.png"),
        ("filename=\"réf %22q.png\"", "réf \"q.png"),
        ("filename=\"r%C3%A9f.png\"", "r%C3%A9f.png"),
        ("filename=\"C:\\clips\\a.mp4\"", "C:\\clips\\a.mp4"),
        ("filename=\"\\\\\\\\host\\\\a.mp4\"", "\\\\host\\a.mp4"),
        ("filename=\"a.png\"; filename*=UTF-8''%e2%82%ac.png", "€.png"),
        ("filename=\"a.png\"; filename*=KOI8-R''%e2.png", "a.png"),
        ("filename=\"a;b.png\"", "a;b.png"),
        ("filename=\"\"", ""),
    ])
    func `file names are read in every client's form`(parameter: String, filename: String) throws {
        #expect(try field("Content-Disposition: form-data; name=\"f\"; \(parameter)").filename == filename)
    }

    @Test func `headers come in any order and unknown ones are ignored`() throws {
        let headers = [
            "X-Odd: 1", "content-TYPE:image/jpeg; q=1", "Content-Transfer-Encoding: binary",
            "content-disposition:form-data;name=a",
        ]
        let field = try field(headers.joined(separator: "\r\n"))
        #expect(field.type == .jpeg && field.name == "a")
    }

    @Test(arguments: [
        ("application/octet-stream", true), ("image/png", true), ("video/mp4", true), ("audio/wav", true),
        ("text/plain; charset=utf-8", false), ("application/json", false),
    ])
    func `a part without a file name is a file if its type is that of a file`(type: String, isFile: Bool) throws {
        #expect(try field("Content-Type: \(type)\r\nContent-Disposition: form-data; name=a").isFile == isFile)
    }

    @Test(arguments: [
        ("Content-Disposition", Multipart.ParseError.unreadableHeaders(part: 1)),
        ("Content-Disposition: form-data; name=\"a", .unreadableHeaders(part: 1)),
        ("Content-Disposition: form-data; name=\"a\"x", .unreadableHeaders(part: 1)),
        ("Content-Disposition: form-data; name=a; name=b", .unreadableHeaders(part: 1)),
        ("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", .unreadableHeaders(part: 1)),
        ("Content-Disposition: form-data;\r\n name=a", .unreadableHeaders(part: 1)),
        ("Content-Disposition: form-data; name=\"a\u{0}\"", .unreadableHeaders(part: 1)),
        ("Content-Disposition: form-data; name=\"a\rb\"", .unreadableHeaders(part: 1)),
        ("X: a\u{1}b\r\nContent-Disposition: form-data; name=a", .unreadableHeaders(part: 1)),
        ("Content-Disposition: form-data; filename=a", .noName(part: 1)),
        ("Content-Disposition: attachment; name=a", .noName(part: 1)),
        ("Content-Type: text/plain", .noName(part: 1)),
        ("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64", .transferEncoding(part: 1)),
    ])
    func `a part whose headers cannot be trusted is refused`(headers: String, fault: Multipart.ParseError) {
        #expect(parseError("--b\r\n\(headers)\r\n\r\nx\r\n--b--") == fault)
    }

    @Test(arguments: [
        ("", Multipart.ParseError.noDelimiter),
        ("prompt=cat&model=sora-2", .noDelimiter),
        ("--bb\r\n\r\n", .noDelimiter),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf a pic", .cutOff),
        ("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b", .cutOff),
        ("--b\r\nContent-Disposition: form-da", .cutOff),
    ])
    func `a body that is not whole is refused`(body: String, fault: Multipart.ParseError) {
        #expect(parseError(body) == fault)
    }

    @Test func `parts and their headers are bounded`() throws {
        var limits = Limits()
        limits.maxFormFields = 3
        limits.maxPartHeaderBytes = 60
        let part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
        #expect(try fields(String(repeating: part, count: 3) + "--b--", limits: limits).count == 3)
        #expect(parseError(String(repeating: part, count: 4) + "--b--", limits: limits) == .tooManyParts(limit: 3))
        let large = "--b\r\nX: \(String(repeating: "x", count: 60))\r\n\r\n\r\n--b--"
        #expect(parseError(large, limits: limits) == .headersTooLarge(part: 1, limit: 60))
    }

    @Test func `whatever bytes a file has, it comes out as it went in`() throws {
        var random = SeededRandom()
        for round in 0..<300 {
            var expected: [FormField] = []
            var body = MultipartBody(boundary: "----genlock-0123456789abcdef")
            for part in 0..<Int.random(in: 0...4, using: &random) {
                var content = random.bytes(Int.random(in: 0...200, using: &random))
                if Bool.random(using: &random) { content += "\r\n----genlock-0123456789abcde".utf8 }
                let name = ["a", "a\"b", "ä[]", "\r\n"][Int.random(in: 0...3, using: &random)]
                if Bool.random(using: &random) {
                    body.add(name, file: content[...], filename: "f\"\(part)\r.png", type: .png)
                    expected.append(FormField(name: name, filename: "f\"\(part)\r.png", type: .png, content: content[...]))
                } else {
                    let text = String(decoding: content, as: UTF8.self)
                    body.add(name, text: text)
                    expected.append(FormField(name: name, content: Slice(text)))
                }
            }
            let read = try Multipart.fields(of: body.finished().joined(), contentType: body.contentType)
            try #require(read == expected, "\(random) round \(round)")
        }
    }
}
