import Jobs
import Testing
import Wire

@testable import Dialects

/// Text is what its encoding says, and what is blank is absent.
struct TextInputTests {
    private static let creators = ParameterNamesTests.creators

    private typealias Creator = (dialect: any Dialect, path: String, members: String)

    private func command(_ creator: Creator, _ type: String, body: Bytes) -> Result<Command, Fault> {
        var request = Request(method: .post, path: creator.path, body: body[...])
        request.headers.set(.contentType, type)
        return creator.dialect.command(for: request)
    }

    private func fault(_ type: String, _ body: Bytes, in dialect: any Dialect = OpenAI()) -> Fault? {
        let creator = Self.creators.first { $0.dialect.name == dialect.name } ?? Self.creators[0]
        if case .failure(let fault) = command(creator, type, body: body) { return fault }
        return nil
    }

    private static let form = "application/x-www-form-urlencoded"

    @Test func `a form that is not UTF-8 is refused with the place`() {
        let bodies: [(Bytes, Int)] = [
            (Bytes("model=m&prompt=caf%E9".utf8), 18), (Bytes("prompt=caf".utf8) + [0xE9] + Bytes("&model=m".utf8), 10),
            (Bytes("model=m&pr%C3mpt=x".utf8), 10), (Bytes("model=m&prompt=%F0%9F%98".utf8), 15),
        ]
        for creator in Self.creators {
            for (body, offset) in bodies {
                guard case .failure(let fault) = command(creator, Self.form, body: body) else {
                    Issue.record("\(creator.dialect.name) reads \(String(decoding: body, as: UTF8.self))")
                    continue
                }
                #expect(fault.kind == .malformed)
                #expect(fault.message.contains("byte \(offset) "), "\(fault.message)")
            }
        }
        for body in ["model=m&prompt=caf%C3%A9", "model=m&prompt=a%2", "model=m&prompt=%zz", "model=m&prompt=%F0%9F%98%80"] {
            #expect(fault(Self.form, Bytes(body.utf8)) == nil, "\(body)")
        }
    }

    @Test func `a multipart form that is not UTF-8 is refused, in its names and texts`() {
        func part(_ name: Bytes, _ text: Bytes, fields more: String = "") -> Bytes {
            Bytes("--b\r\nContent-Disposition: form-data; name=\"".utf8) + name + Bytes("\"\(more)\r\n\r\n".utf8) + text
                + Bytes("\r\n--b--\r\n".utf8)
        }
        let type = "multipart/form-data; boundary=b"
        for body in [
            part(Bytes("prompt".utf8), [0x63, 0xE9]), part([0x70, 0xE9], [0x63]),
            part(Bytes("prompt".utf8), [0x63], fields: "\r\nContent-Type: text/plain; charset=ISO-8859-1"),
        ] {
            #expect(fault(type, body)?.kind == .malformed)
        }
        #expect(fault(type, part(Bytes("prompt".utf8), [0x63], fields: "\r\nContent-Type: text/plain; charset=\"UTF-8\"")) == nil)
    }

    @Test(arguments: ["iso-8859-1", "windows-1252", "\"latin1\"", "utf-16", "UTF-16LE", "shift_jis"])
    func `another charset is refused`(_ charset: String) {
        if !charset.hasPrefix("\"") {
            #expect(fault(Self.form, Bytes("prompt=x&_charset_=\(charset)".utf8))?.code == "unsupported_charset")
        }
        for type in ["application/json", Self.form] {
            #expect(fault("\(type); charset=\(charset)", Bytes(#"{"prompt":"x"}"#.utf8))?.code == "unsupported_charset")
        }
    }

    @Test(arguments: ["utf-8", "UTF8", "\"utf-8\"", "us-ascii"]) func `UTF-8 may be named`(_ charset: String) {
        #expect(fault("application/json; charset=\(charset)", Bytes(#"{"prompt":"x"}"#.utf8)) == nil)
    }

    @Test func `a byte order mark before JSON is no fault`() {
        for creator in Self.creators {
            for type in ["application/json", "text/plain", Self.form] {
                let body: Bytes = [0xEF, 0xBB, 0xBF] + Bytes("{\(creator.members)}".utf8)
                if case .failure(let fault) = command(creator, type, body: body) {
                    Issue.record("\(creator.dialect.name): \(fault.message)")
                }
            }
        }
    }

    @Test func `a NUL in a prompt is refused in every form`() {
        #expect(fault("application/json", Bytes(#"{"prompt":"a\u0000b"}"#.utf8))?.param == "prompt")
        #expect(fault(Self.form, Bytes("prompt=a%00b".utf8))?.param == "prompt")
        let part = Bytes("--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na".utf8) + [0] + Bytes("b\r\n--b--\r\n".utf8)
        #expect(fault("multipart/form-data; boundary=b", part)?.param == "prompt")
    }

    @Test func `half of a surrogate pair is refused`() {
        for body in [#"{"prompt":"a \ud83d"}"#, #"{"prompt":"\uDE00 b"}"#] {
            #expect(fault("application/json", Bytes(body.utf8))?.param == "prompt")
        }
        for body in [#"{"prompt":"a \ud83d\ude00"}"#, #"{"prompt":"\ufffd"}"#, "{\"prompt\":\"\u{FFFD}\"}"] {
            #expect(fault("application/json", Bytes(body.utf8)) == nil)
        }
    }

    static let blanks = [
        "", " ", "  ", "\n\t", "\u{A0}", "\u{200B}", "\u{3000}", "\u{2003}", "\u{FEFF}", "\u{2060}\u{AD}", "\u{2800}", "\r\n \u{200D}",
        "\u{3164}",
    ]

    @Test(arguments: blanks) func `a blank prompt is refused where there is nothing else`(_ blank: String) {
        for creator in Self.creators where creator.dialect.name != "imagerouter" {
            let members = creator.members.replacing("A kite", with: blank.unicodeScalars.map { "\\u" + Self.hex($0.value) }.joined())
            guard case .failure(let fault) = command(creator, "application/json", body: Bytes("{\(members)}".utf8)) else {
                Issue.record("\(creator.dialect.name) reads \(members)")
                continue
            }
            #expect(fault.param == "prompt" && fault.code == "invalid_value", "\(creator.dialect.name): \(fault.message)")
        }
    }

    @Test(arguments: blanks) func `blank optional fields are absent`(_ blank: String) throws {
        let names = [
            "seconds", "size", "n", "input_reference", "callback_url", "seed", "image_url", "negative_prompt", "resolution", "aspect_ratio",
            "unknown", "stream", "frame_images", "extra_body", "style", "audio", "watermark",
        ]
        for creator in Self.creators {
            let texts = names.map { "\"\($0)\":\"\(blank.unicodeScalars.map { "\\u" + Self.hex($0.value) }.joined())\"" }
            let bare = "{" + creator.members + "}"
            // LTX needs a resolution.
            let members = creator.dialect.name == "ltx" ? texts.filter { !$0.contains("resolution") } : texts
            let full = "{" + (members + [creator.members]).joined(separator: ",") + "}"
            guard case .success(let plain) = command(creator, "application/json", body: Bytes(bare.utf8)),
                case .success(let blank) = command(creator, "application/json", body: Bytes(full.utf8))
            else {
                Issue.record("\(creator.dialect.name) refuses \(full)")
                continue
            }
            #expect(CommandText.lines(plain) == CommandText.lines(blank))
        }
        let body = "prompt=A+kite&seconds=&size=&" + Query([("seed", blank), ("callback_url", blank)]).encoded
        #expect(fault(Self.form, Bytes(body.utf8)) == nil)
        let parts = ["seconds", "size", "input_reference"].map {
            "--b\r\nContent-Disposition: form-data; name=\"\($0)\"\r\n\r\n\(blank)\r\n"
        }
        let file = "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"\"\r\nContent-Type: image/png\r\n\r\n\r\n"
        let prompt = "--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nA kite\r\n--b--\r\n"
        #expect(fault("multipart/form-data; boundary=b", Bytes((parts.joined() + file + prompt).utf8)) == nil)
    }

    private static func hex(_ value: UInt32) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 4 - text.count) + text
    }

    @Test func `an image alone is enough where the model needs no text`() {
        for creator in Self.creators {
            for prompt in ["", #","prompt":"""#, #","prompt":" ""#, #","prompt":null"#] {
                var members = creator.members.replacing(#""prompt":"A kite""#, with: #""image_url":"https://e.com/a.png""#)
                members += prompt
                guard case .success(.create(let command)) = command(creator, "application/json", body: Bytes("{\(members)}".utf8)) else {
                    Issue.record("\(creator.dialect.name): {\(members)}")
                    continue
                }
                #expect(command.job.prompt == nil)
                #expect(command.job.media.count == 1)
            }
        }
    }

    @Test func `a name that stands twice is not a choice`() {
        let body = #"{"prompt":"x","image_url":"https://e.com/a.png","image_url":"https://e.com/b.png"}"#
        #expect(fault("application/json", Bytes(body.utf8))?.param == "image_url")
        #expect(fault("application/json", Bytes(#"{"prompt":"x","seed":1,"seed":1}"#.utf8)) == nil)
    }

    @Test(arguments: ["image_url=https%3A%2F%2Fe.com%2Fa.png", "seconds=8", "pic=https%3A%2F%2Fe.com%2Fa", "prompt=x"])
    func `what asks for a clip is not passed over in the query`(_ query: String) {
        for creator in Self.creators {
            var request = Request(method: .post, path: creator.path, body: Bytes("{\(creator.members)}".utf8)[...])
            request.query = Query(parsing: Bytes(query.utf8)[...])
            if case .success = creator.dialect.command(for: request) { Issue.record("\(creator.dialect.name)") }
            request.query = Query(parsing: Bytes("api-version=preview&x=1".utf8)[...])
            if case .failure(let fault) = creator.dialect.command(for: request) {
                Issue.record("\(creator.dialect.name): \(fault.message)")
            }
        }
    }

    @Test(arguments: ["0", " 5", "100", "", " "]) func `a limit may be 0, and blank is none`(_ limit: String) {
        let query = Query([("limit", limit), ("after", " "), ("order", "")])
        guard case .success(.list(let page)) = OpenAI().command(for: Request(method: .get, path: "/v1/videos", query: query)) else {
            Issue.record("refused")
            return
        }
        #expect(page.limit == (Int(limit.filter(\.isNumber)) ?? 20))
        #expect(page.after == nil)
    }

    @Test func `a length that is none says what is accepted`() {
        let fault = fault("application/json", Bytes(#"{"prompt":"x","seconds":"long"}"#.utf8))
        #expect(fault?.code == "invalid_value")
        #expect(fault?.message == #"'seconds' must be a number of seconds from 1 to 600, such as 8, "8" or "8s", or "auto"; not 'long'."#)
    }
}
