import Jobs
import Testing
import Wire

@testable import Dialects

/// Single values, however they are written.
struct InputValueTests {
    private func inputValue(_ json: String) throws -> InputValue { InputValue(value: .json(try JSON(parsing: json)), param: "p") }

    @Test(arguments: [
        (#""1280x720""#, FrameFormat(size: Size(width: 1280, height: 720))),
        (#""1280×720""#, FrameFormat(size: Size(width: 1280, height: 720))),
        (#""1280:720""#, FrameFormat(size: Size(width: 1280, height: 720))),
        (#""960:960""#, FrameFormat(size: Size(width: 960, height: 960))),
        (#""16:9""#, FrameFormat(aspectRatio: AspectRatio(16, 9))), (#""21:9""#, FrameFormat(aspectRatio: AspectRatio(21, 9))),
        (#""adaptive""#, FrameFormat(aspectRatio: .adaptive)),
        (#""720p""#, FrameFormat(resolution: "720p")), (#""720P""#, FrameFormat(resolution: "720p")),
        (#""4K""#, FrameFormat(resolution: "4k")), ("720", FrameFormat(resolution: "720p")),
        (#""480""#, FrameFormat(resolution: "480p")), (#""hd""#, FrameFormat(resolution: "720p")),
        (#""FHD""#, FrameFormat(resolution: "1080p")),
    ])
    func `a frame is read however it is written`(_ json: String, _ frameFormat: FrameFormat) throws {
        #expect(try inputValue(json).frameFormat() == frameFormat)
    }

    @Test(arguments: [
        ("8", ClipDuration.seconds(8)), (#""8""#, .seconds(8)), ("7.5", .seconds(7.5)), (#""8s""#, .seconds(8)), ("-1", .automatic),
        (#""-1""#, .automatic), (#""auto""#, .automatic), ("8e0", .seconds(8)),
    ])
    func `a length is read however it is written`(_ json: String, _ length: ClipDuration) throws {
        #expect(try inputValue(json).duration() == length)
    }

    @Test func `an empty list is not an image, but may be an empty list of images`() throws {
        #expect(throws: Fault.self) { try inputValue("[]").media(.firstFrame, others: .reference, .image) }
        #expect(try inputValue("[]").media(.reference, others: .reference, .image).isEmpty)
    }

    @Test func `numbers beyond what a double holds stay exact`() throws {
        #expect(try inputValue("9007199254740993").integer() == 9_007_199_254_740_993)
        #expect(try inputValue(#""9007199254740993""#).integer() == 9_007_199_254_740_993)
        #expect(try inputValue("9223372036854775806").integer() == .max - 1)
        #expect(throws: Fault.self) { try inputValue("9223372036854775808").integer() }
        #expect(throws: Fault.self) { try inputValue("1e30").integer() }
    }

    @Test func `a Buffer of Node becomes its bytes in both encodings`() throws {
        let png: Bytes = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
        let list = png.map { String($0) }.joined(separator: ",")
        let inJSON = try inputValue(#"{"type":"Buffer","data":[\#(list)]}"#).media(.firstFrame, others: .reference, .image)
        let inForm = InputValue(value: .form(.list(png.map { .text(String($0)) })), param: "p")
        for media in [inJSON, try inForm.media(.firstFrame, others: .reference, .image)] {
            #expect(media.count == 1)
            guard case .bytes(let type, let bytes) = media[0].source else {
                Issue.record("not bytes")
                continue
            }
            #expect(type == .png)
            #expect(Bytes(bytes) == png)
        }
    }

    @Test func `a Buffer of a real image, one part for each byte, is refused with a remedy`() {
        let parts = (0..<600).map { "--b\r\nContent-Disposition: form-data; name=\"input_reference[\($0)]\"\r\n\r\n137\r\n" }
        var request = Request(method: .post, path: "/v1/videos", body: Bytes((parts.joined() + "--b--\r\n").utf8)[...])
        request.headers.set(.contentType, "multipart/form-data; boundary=b")
        guard case .failure(let fault) = OpenAI().command(for: request) else {
            Issue.record("read")
            return
        }
        #expect(fault.kind == .malformed)
        #expect(fault.message.contains("toFile(buffer, name)"))
    }

    @Test func `a data URI in JSON is passed on without a copy`() throws {
        let text = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="
        let body = Bytes("\"\(text)\"".utf8)[...]
        let medium = try InputValue(value: .json(try JSON(parsing: body)), param: "p").medium(.firstFrame, .image)
        guard case .base64(let type, let slice) = medium.source else {
            Issue.record("not base64")
            return
        }
        #expect(type == .png)
        #expect(slice.startIndex == body.startIndex + 23)
        #expect(String(decoding: slice, as: UTF8.self) == "iVBORw0KGgoAAAANSUhEUg==")
    }

    @Test func `what the data is counts for more than what it is called`() throws {
        let clip = Base64.standard.text(Bytes([0, 0, 0, 24]) + Bytes("ftypmp42".utf8) + Bytes(repeating: 0, count: 12))
        let medium = try inputValue("\"data:image/png;base64,\(clip)\"").medium(.reference, .image)
        #expect(medium.kind == .video)
    }

    @Test func `several images are a first frame and references`() throws {
        let media = try inputValue(
            #"["https://e.com/1.png", {"url": "https://e.com/2.png"}, {"image_url": {"url": "https://e.com/3.png"}}]"#
        )
        .media(.firstFrame, others: .reference, .image)
        #expect(media.map(\.role) == [.firstFrame, .reference, .reference])
        #expect(media.map(\.param) == ["p[0]", "p[1].url", "p[2].image_url.url"])
    }

    @Test func `faults use the client's names`() throws {
        let body = Bytes(#"{"model":"m","prompt":"x","duration":5,"generate_audio":true,"aspect_ratio":"16:9"}"#.utf8)[...]
        guard case .success(.create(let command)) = OpenAI().command(for: Request(method: .post, path: "/v1/videos", body: body)) else {
            Issue.record("refused")
            return
        }
        #expect(command.clientNames == ["seconds": "duration", "audio": "generate_audio", "aspect_ratio": "aspect_ratio"])
        #expect(command.withClientNames(Fault(.unsupported, "", param: "seconds")).param == "duration")
        #expect(command.withClientNames(Fault(.unsupported, "", param: "size")).param == "size")
        #expect(command.withClientNames(Warning(param: "audio", message: "")).param == "generate_audio")
    }
}
