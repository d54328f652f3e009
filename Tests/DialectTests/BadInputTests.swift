import Jobs
import Testing
import Wire

@testable import Dialects

/// What is wrong with a request is found before anything is paid for, and says which field it is.
struct BadInputTests {
    struct Case: CustomTestStringConvertible {
        var dialect: any Dialect
        var path: String
        var body: String
        var kind: Fault.Kind
        var param: String?
        var testDescription: String { "\(dialect.name) \(body.prefix(60))" }
    }

    /// A body that is fine, but for one member, and what is wrong with that.
    private static let wrong: [(member: String, kind: Fault.Kind, param: String)] = [
        (#""seconds": "long""#, .invalid, "seconds"), (#""seconds": 0"#, .invalid, "seconds"), (#""seconds": -5"#, .invalid, "seconds"),
        (#""seconds": 1e9"#, .invalid, "seconds"), (#""seconds": {}"#, .invalid, "seconds"), (#""seconds": "nan""#, .invalid, "seconds"),
        (#""seed": 1.5"#, .invalid, "seed"), (#""seed": "x""#, .invalid, "seed"), (#""seed": -7"#, .invalid, "seed"),
        (#""seed": 1e300"#, .invalid, "seed"), (#""negative_prompt": 3"#, .invalid, "negative_prompt"),
        (#""aspect_ratio": "wide""#, .invalid, "aspect_ratio"), (#""aspect_ratio": [16, 9]"#, .invalid, "aspect_ratio"),
        (#""resolution": "0p""#, .invalid, "resolution"), (#""fps": 0"#, .invalid, "fps"), (#""fps": "fast""#, .invalid, "fps"),
        (#""generate_audio": "perhaps""#, .invalid, "generate_audio"), (#""watermark": 2"#, .invalid, "watermark"),
        (#""style": ["anime"]"#, .invalid, "style"), (#""n": 0"#, .invalid, "n"), (#""n": 11"#, .invalid, "n"),
        (#""image_url": {"url": ""}"#, .invalid, "image_url"), (#""image_url": "/etc/passwd""#, .invalid, "image_url"),
        (#""image_url": "file:///etc/passwd""#, .invalid, "image_url"), (#""image_url": 7"#, .invalid, "image_url"),
        (#""image_url": "data:image/png,""#, .invalid, "image_url"), (#""image_url": "data:image/png;base64,%%%""#, .invalid, "image_url"),
        (#""image_url": "data:text/plain;base64,aGVsbG8=""#, .invalid, "image_url"), (#""image_url": {}"#, .invalid, "image_url"),
        (#""image_url": {"file_id": "file-1"}"#, .unsupported, "image_url.file_id"),
        (#""image_url": "https://e.com/a b.png""#, .invalid, "image_url"),
        (#""image_url": {"type": "Buffer", "data": [1, 2, 300]}"#, .invalid, "image_url"),
        (#""frame_images": "https://e.com/a.png""#, .invalid, "frame_images"),
        (#""frame_images": [{"url": "https://e.com/a.png"}]"#, .invalid, "frame_images[0]"),
        (#""frame_images": [1]"#, .invalid, "frame_images[0]"), (#""input_references": {"url": "x"}"#, .invalid, "input_references"),
        (#""input_references": [{"type": "video"}]"#, .invalid, "input_references[0]"),
        (#""image_url": "https://e.com/a.png", "first_frame": "https://e.com/b.png""#, .invalid, "first_frame"),
        (#""extra_body": [1]"#, .invalid, "extra_body"), (#""extra_body": {"model": "x"}"#, .invalid, "extra_body.model"),
        (#""extra_body": {"n": 4}"#, .invalid, "extra_body.n"), (#""seed": 1, "extra_body": {"seed": 2}"#, .invalid, "extra_body.seed"),
        (#""width": 0, "height": 720"#, .invalid, "width"), (#""width": 100, "height": "x""#, .invalid, "height"),
    ]

    private static let creators: [(dialect: any Dialect, path: String)] = [
        (OpenAI(), "/v1/videos"), (Siraya(), "/v1/videos/generations"), (Siray(), "/v1/video/generations"),
        (ImageRouter(), "/v1/openai/videos/generations"), (AIMLAPI(), "/v2/video/generations"),
    ]

    static let cases: [Case] = creators.flatMap { dialect, path in
        wrong.map { wrong in
            let body = #"{"model": "m", "prompt": "x", \#(wrong.member)}"#
            return Case(dialect: dialect, path: path, body: body, kind: wrong.kind, param: wrong.param)
        } + [
            Case(dialect: dialect, path: path, body: "", kind: .missing, param: dialect.name == "openai" ? "prompt" : "model"),
            Case(dialect: dialect, path: path, body: "null", kind: .malformed, param: nil),
            Case(dialect: dialect, path: path, body: "[]", kind: .malformed, param: nil),
            Case(dialect: dialect, path: path, body: #"{"model": "m", "prompt": "x""#, kind: .malformed, param: nil),
            Case(dialect: dialect, path: path, body: #"{"model": "m", "prompt": "x"} {}"#, kind: .malformed, param: nil),
            Case(dialect: dialect, path: path, body: String(repeating: "[", count: 1000), kind: .malformed, param: nil),
            Case(dialect: dialect, path: path, body: #"{"model": 5, "prompt": "x"}"#, kind: .invalid, param: "model"),
            Case(dialect: dialect, path: path, body: #"{"model": "m", "prompt": ["x"]}"#, kind: .invalid, param: "prompt"),
        ]
    }

    @Test(arguments: cases) func `what is wrong is refused by its name`(_ example: Case) {
        var request = Request(method: .post, path: example.path, body: Bytes(example.body.utf8)[...])
        request.headers.set(.contentType, "application/json")
        guard case .failure(let fault) = example.dialect.command(for: request) else {
            Issue.record("read as \(example.body)")
            return
        }
        #expect(fault.kind == example.kind, "\(fault.message)")
        #expect(fault.param == example.param, "\(fault.message)")
        #expect(!fault.message.isEmpty)
        #expect(example.dialect.render(fault).status == 400)
    }

    @Test func `a body of another kind is refused as such`() {
        for (type, kind) in [("application/xml", Fault.Kind.unsupportedMediaType), ("text/csv", .unsupportedMediaType)] {
            var request = Request(method: .post, path: "/v1/videos", body: Bytes("<a/>".utf8)[...])
            request.headers.set(.contentType, type)
            #expect(refusal(of: request)?.kind == kind)
        }
        var request = Request(method: .post, path: "/v1/videos", body: [0x1F, 0x8B])
        request.headers.set(.contentEncoding, "gzip")
        #expect(refusal(of: request)?.kind == .unsupportedMediaType)
    }

    private func refusal(of request: Request) -> Fault? {
        if case .failure(let fault) = OpenAI().command(for: request) { fault } else { nil }
    }

    @Test func `a prompt is as long as the schema says`() {
        for (count, isFine) in [(32_000, true), (32_001, false)] {
            let prompt = String(repeating: "é", count: count)
            let body = JSONValue.object([("prompt", .string(prompt))]).text
            let result = OpenAI().command(for: Request(method: .post, path: "/v1/videos", body: Bytes(body.utf8)[...]))
            if case .success = result { #expect(isFine) } else { #expect(!isFine) }
        }
    }
}
