import Testing
import Wire

@Suite struct MediaTypeTests {
    @Test(arguments: [
        ("video/mp4", "video/mp4"), ("Video/MP4", "video/mp4"), (" video/mp4 ", "video/mp4"),
        ("video/mp4; codecs=\"avc1\"", "video/mp4"), ("video/mp4;x=y/z", "video/mp4"),
        ("application/vnd.api+json;charset=utf-8", "application/vnd.api+json"), ("image/svg+xml", "image/svg+xml"), ("*/*", "*/*"),
    ])
    func `a type is read without its parameters`(field: String, text: String) {
        #expect(MediaType(field: field)?.text == text)
    }

    @Test(arguments: [
        "", "video", "video/", "/mp4", "video/mp4/x", "video /mp4", "video/ mp4", "vidéo/mp4", "video/mp4\n", "video/m\"p4",
        "; a=b", "video\\mp4",
    ])
    func `text that is not a type is nil`(field: String) {
        #expect(MediaType(field: field) == nil)
    }

    @Test func `families are distinguished`() {
        #expect(MediaType.png.isImage && !MediaType.png.isVideo && !MediaType.png.isAudio)
        #expect(MediaType.mov.isVideo && !MediaType.mov.isImage && MediaType.wav.isAudio && !MediaType.json.isImage)
        #expect("\(MediaType.webm)" == "video/webm" && MediaType(field: "VIDEO/webm; a=b") == .webm)
    }
}
