import Jobs
import Testing

struct FrameFormatTests {
    @Test(arguments: ["1280x720", "1280X720", "1280×720", "1280*720", "1280:720"])
    func `a size is read with any usual separator`(text: String) {
        #expect(Size(text) == Size(width: 1280, height: 720))
    }

    @Test(arguments: ["", "1280", "1280x", "x720", "0x720", "1280x16385", "1280xx720", "1280 x 720", "-1280x720", "1280x720p", "١x720"])
    func `anything else is not a size`(text: String) {
        #expect(Size(text) == nil)
    }

    @Test(arguments: [
        ("720p", "720p", 720), ("720P", "720p", 720), ("720", "720p", 720), ("4K", "4k", 2160), ("2k", "2k", 1440), ("1k", "1k", 1080),
        ("8k", "8k", 4320),
    ])
    func `a resolution is read in any case`(text: String, name: String, lines: Int) {
        #expect(Resolution(text)?.text == name)
        #expect(Resolution(text)?.lines == lines)
    }

    @Test(arguments: ["", "p", "k", "0p", "72", "hd", "720i", "-720p", "1234567p"])
    func `anything else is not a resolution`(text: String) {
        #expect(Resolution(text) == nil)
    }

    @Test(arguments: [("16:9", "16:9"), ("1920:1080", nil), ("32:18", "16:9"), ("21:9", "21:9"), ("9:21", "9:21"), ("AUTO", "adaptive")])
    func `an aspect ratio is in lowest terms, except 21 to 9`(text: String, description: String?) {
        #expect(AspectRatio(text)?.description == description)
    }

    @Test(arguments: ["16x9", "0:9", "16:", "16:9:1", "art", "1000:1"])
    func `anything else is not an aspect ratio`(text: String) {
        #expect(AspectRatio(text) == nil)
    }

    @Test func `sides rounded to multiples of 32 keep their aspect ratio`() {
        #expect(Size(width: 832, height: 480).isNearly(AspectRatio(16, 9)))
        #expect(Size(width: 1248, height: 704).isNearly(AspectRatio(16, 9)))
        #expect(!Size(width: 960, height: 720).isNearly(AspectRatio(16, 9)))
        #expect(!Size(width: 1280, height: 720).isNearly(.adaptive))
        #expect(Size(width: 848, height: 480).namedAspectRatio(in: []) == AspectRatio(16, 9))
    }

    @Test func `a size from lines and aspect ratio has even sides`() {
        #expect(Size(lines: 720, aspectRatio: AspectRatio(16, 9)) == Size(width: 1280, height: 720))
        #expect(Size(lines: 480, aspectRatio: AspectRatio(9, 16)) == Size(width: 480, height: 854))
    }

    @Test func `of two equally near resolutions the larger is chosen`() {
        #expect(Resolution(lines: 600).nearest(in: ["480p", "720p"]) == "720p")
        #expect(Resolution(lines: 1080).nearest(in: ["480p", "720p"]) == "720p")
        #expect(Resolution(lines: 720).nearest(in: []) == nil)
        #expect(Resolution(lines: 2160).same(in: ["720p", "4k"]) == "4k")
    }

    @Test func `an adaptive aspect ratio is never the nearest`() {
        #expect(AspectRatio(2, 1).nearest(in: [.adaptive, AspectRatio(1, 1), AspectRatio(16, 9)]) == AspectRatio(16, 9))
        #expect(AspectRatio(2, 1).nearest(in: [.adaptive]) == nil)
    }

    @Test func `what follows from the others is completed`() {
        let model = Model(vendor: "v", name: "m", upstream: "m", title: "M").changed {
            $0.resolutions = ["720p", "4k"]
            $0.aspectRatios = [AspectRatio(16, 9)]
        }
        let size = FrameFormat(size: Size(width: 3840, height: 2160)).completed(for: model)
        #expect(size.resolution == "4k")
        #expect(size.aspectRatio == AspectRatio(16, 9))
        let named = FrameFormat(resolution: "720p", aspectRatio: AspectRatio(16, 9)).completed(for: model)
        #expect(named.size == Size(width: 1280, height: 720))
        #expect(FrameFormat(resolution: "720p", aspectRatio: .adaptive).completed(for: model).size == nil)
    }

    @Test func `a listed size has no resolution that the model lacks`() {
        let model = Model(vendor: "v", name: "m", upstream: "m", title: "M").changed {
            $0.resolutions = ["480p"]
            $0.sizes = [Size(width: 752, height: 560)]
        }
        #expect(FrameFormat(size: Size(width: 752, height: 560)).completed(for: model).resolution == nil)
    }
}
