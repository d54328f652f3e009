import Jobs
import Testing
import Wire

struct InputMediaTests {
    private static func medium(_ source: InputMedia.Source) -> InputMedia {
        InputMedia(.firstFrame, .image, source: source, param: "image")
    }
    private static let bytes = medium(.bytes(.png, Bytes("abc".utf8)[...]))
    private static let base64 = medium(.base64(.png, Bytes("YWJj".utf8)[...]))
    private static let url = medium(.url("https://media.example/a.png"))

    @Test func `bytes and base64 become the same data URI and the same base64`() {
        for medium in [Self.bytes, Self.base64] {
            #expect(medium.urlOrDataURI.text == #""data:image/png;base64,YWJj""#)
            #expect(medium.urlOrBase64.text == #""YWJj""#)
            #expect(medium.type == .png)
            #expect(medium.byteCount == 3)
        }
    }

    @Test func `URLs and references are passed on unchanged`() {
        #expect(Self.url.urlOrDataURI.text == #""https://media.example/a.png""#)
        #expect(Self.medium(.reference("asset://1")).urlOrBase64.text == #""asset://1""#)
        #expect(Self.url.type == nil)
        #expect(Self.url.byteCount == nil)
    }

    @Test func `the kind is that of the media type`() {
        #expect(InputMedia.Kind(of: .png) == .image)
        #expect(InputMedia.Kind(of: .mp4) == .video)
        #expect(InputMedia.Kind(of: .json) == nil)
    }

    @Test func `media are found by role and kind`() {
        var job = Job(model: "m")
        let video = InputMedia(.reference, .video, source: .url("https://media.example/a.mp4"), param: "videos[0]")
        let image = InputMedia(.reference, .image, source: .url("https://media.example/a.png"), param: "images[0]")
        job.media = [Self.url, video, image]
        #expect(job.medium(.firstFrame)?.param == "image")
        #expect(job.medium(.mask) == nil)
        #expect(job.media(.reference).map(\.param) == ["videos[0]", "images[0]"])
        #expect(job.media(.reference, .image).map(\.param) == ["images[0]"])
    }

    @Test func `the words of operations and roles are those of catalogs`() {
        let operations: [Operation] = [
            .generate, .extend(.end, context: 2), .edit, .remix, .retake(start: 1, replacing: .both), .reframe, .hdr,
        ]
        #expect(operations.map(\.name) == ["generate", "extend", "edit", "remix", "retake", "reframe", "hdr"])
        let roles: [InputMedia.Role] = [.firstFrame, .lastFrame, .keyframe(2), .reference, .source, .audio, .mask]
        #expect(roles.map(\.name) == ["first_frame", "last_frame", "keyframe", "reference", "source", "audio", "mask"])
        #expect(roles.filter(\.isKeyframe) == [.keyframe(2)])
    }
}
