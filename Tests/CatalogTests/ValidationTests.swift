import Catalog
import Jobs
import Testing
import Wire

@Suite struct `Checking a job` {
    @Test func `size, resolution and aspectRatio are filled in from each other`() throws {
        let bySize = try Sample.checked(Sample.standard) { $0.frameFormat.size = Size(width: 1920, height: 1080) }
        #expect(
            bySize.job.frameFormat
                == FrameFormat(size: Size(width: 1920, height: 1080), resolution: "1080p", aspectRatio: AspectRatio(16, 9)))
        let byWords = try Sample.checked(Sample.standard) {
            $0.frameFormat = FrameFormat(resolution: "2160p", aspectRatio: AspectRatio(9, 16))
        }
        #expect(
            byWords.job.frameFormat == FrameFormat(size: Size(width: 2160, height: 3840), resolution: "4k", aspectRatio: AspectRatio(9, 16))
        )
        let listed = try Sample.checked(Sample.bySize) { $0.frameFormat = FrameFormat(resolution: "480p", aspectRatio: AspectRatio(9, 16)) }
        #expect(listed.job.frameFormat.size == Size(width: 480, height: 832))
        let only = try Sample.checked(Sample.standard) { $0.frameFormat.resolution = "1080p" }
        #expect(only.job.frameFormat == FrameFormat(resolution: "1080p"))
        #expect(only.expected.frameFormat.size == Size(width: 1920, height: 1080))
    }

    @Test func `preferred values are taken where the model can, without a warning`() throws {
        let change: (inout Job) -> Void = {
            $0.dialectDefaults.duration = .seconds(4)
            $0.dialectDefaults.frameFormat = FrameFormat(size: Size(width: 720, height: 1280))
        }
        let able = try Sample.checked(Sample.standard, .strict, change: change)
        #expect(able.job.duration == .seconds(4))
        #expect(able.job.frameFormat.aspectRatio == AspectRatio(9, 16))
        let unable = try Sample.checked(Sample.bare, .strict, change: change)
        #expect(unable.job.duration == nil)
        #expect(unable.job.frameFormat.isEmpty)
        #expect(unable.warnings.isEmpty)
    }

    @Test func `the price is the first that fits, times seconds and clips`() throws {
        #expect(try Sample.checked(Sample.standard) { ($0.duration, $0.audio) = (.seconds(4), false) }.cost == Money(dollars: 0.8))
        #expect(try Sample.checked(Sample.standard) { $0.duration = .seconds(4) }.cost == Money(dollars: 1.6))
        #expect(try Sample.checked(Sample.standard) { $0.audio = true }.cost == Money(dollars: 3.2))
        #expect(
            try Sample.checked(Sample.standard) {
                $0.frameFormat.resolution = "4k"
                $0.audio = true
                $0.count = 2
            }.cost == Money(dollars: 9.6))
        #expect(try Sample.checked(Sample.bare) { _ in }.cost == nil)
    }

    @Test func `a rule about a value that the client left open sets it and says so`() throws {
        let model = Sample.model(
            #"""
            {"tiers": ["720p", "1080p"], "seconds": [5, 8], "usual": {"seconds": 5},
             "rules": [{"when": {"tier": "1080p"}, "then": {"seconds": [8]}}]}
            """#
        )
        let checked = try Sample.checked(model) { $0.frameFormat.resolution = "1080p" }
        #expect(checked.job.duration == .seconds(8))
        #expect(checked.warnings.map(\.adapted) == ["seconds 5->8"])
    }

    @Test func `the mode follows from operation and media`() throws {
        let last = InputMedia(.lastFrame, .image, source: .url("https://example.com/b.png"), param: "last_frame")
        #expect(try Sample.checked(Sample.standard) { _ in }.mode == .text)
        #expect(try Sample.checked(Sample.standard) { $0.media = [Sample.image] }.mode == .image)
        #expect(try Sample.checked(Sample.standard) { $0.media = [Sample.image, last] }.mode == .firstLast)
        let editor = Sample.model(#"{"modes": ["edit"], "fields": ["previous"]}"#)
        #expect(
            try Sample.checked(editor) {
                $0.operation = .remix
                $0.previous = Ticket("x")
            }.mode == .edit)
        #expect(try Sample.fault(editor, .nearest) { $0.operation = .edit }.param == "video")
        let forgetful = Sample.model(#"{"modes": ["edit"]}"#)
        #expect(
            try Sample.fault(forgetful, .nearest) {
                $0.operation = .edit
                $0.previous = Ticket("x")
            }.code == "unsupported")
    }

    @Test func `asking a model to leave out what it never makes is no constraint`() throws {
        let checked = try Sample.checked(Sample.bare) {
            $0.audio = false
            $0.watermark = false
            $0.multiShot = false
        }
        #expect(checked.warnings.isEmpty)
        #expect(checked.job.audio == nil && checked.job.watermark == nil)
    }

    @Test func `an open model takes everything, its name may be the vendor's for a listed one`() throws {
        let catalog = Shipped.catalog
        let open = try #require(catalog.openModels["fal"])
        var model = open.changed { $0.name = "some/endpoint" }
        let checked = try catalog.validate(
            Sample.job {
                $0.duration = .seconds(99)
                $0.seed = -5
                $0.frameFormat.size = Size(width: 1280, height: 720)
            }, on: model, adapt: .strict)
        #expect(
            checked.job.frameFormat
                == FrameFormat(size: Size(width: 1280, height: 720), resolution: "720p", aspectRatio: AspectRatio(16, 9)))
        model = open.changed { $0.name = "fal-ai/veo3.1/fast/image-to-video" }
        #expect(throws: Fault.self) {
            try catalog.validate(
                Sample.job {
                    $0.duration = .seconds(99)
                    $0.media = [Sample.image]
                }, on: model, adapt: .strict)
        }
    }
}
