import Jobs
import Testing
import Wire

@testable import TestCard

@Suite struct TestJobTests {
    static let shapes: [(String, FrameFormat, FrameFormat, String)] = [
        ("nothing asked", FrameFormat(), FrameFormat(), "1280x720"),
        ("a size", FrameFormat(size: Size(width: 854, height: 480)), FrameFormat(), "854x480"),
        ("a tier", FrameFormat(resolution: "1080p"), FrameFormat(), "1920x1080"),
        ("a ratio", FrameFormat(aspectRatio: AspectRatio(9, 16)), FrameFormat(), "720x1280"),
        ("both", FrameFormat(resolution: "480p", aspectRatio: AspectRatio(16, 9)), FrameFormat(), "854x480"),
        ("21:9", FrameFormat(resolution: "720p", aspectRatio: AspectRatio(21, 9)), FrameFormat(), "1680x720"),
        ("square", FrameFormat(resolution: "4k", aspectRatio: AspectRatio(1, 1)), FrameFormat(), "2160x2160"),
        ("adaptive", FrameFormat(aspectRatio: .adaptive), FrameFormat(), "720x960"),
        ("the model's size", FrameFormat(), FrameFormat(size: Size(width: 768, height: 1344)), "768x1344"),
        ("the model's ratio", FrameFormat(resolution: "360p"), FrameFormat(aspectRatio: AspectRatio(1, 1)), "360x360"),
    ]

    @Test(arguments: shapes) func `size, resolution and aspectRatio become pixels`(
        what: String, asked: FrameFormat, usual: FrameFormat, size: String
    )
        throws
    {
        let model = TestVendorSession.model("card").changed { $0.defaults.frameFormat = usual }
        let job = TestVendorSession.job {
            $0.frameFormat = asked
            if asked.aspectRatio?.isAdaptive == true {
                $0.media = [InputMedia(.firstFrame, .image, source: .bytes(.png, Self.png(300, 400)), param: "image")]
            }
        }
        let run = try TestJob(job, on: model, work: 0)
        #expect("\(run.width)x\(run.height)" == size, "\(what)")
    }

    @Test(
        arguments: [
            (nil, 24, 1), (25, 25, 1), (23.976, 24000, 1001), (29.97, 30000, 1001), (59.94, 60000, 1001), (12.5, 12500, 1000), (60, 60, 1),
        ] as [(Double?, Int, Int)])
    func `frame rates are kept exactly`(asked: Double?, frames: Int, seconds: Int) throws {
        let run = try TestJob(TestVendorSession.job { $0.framesPerSecond = asked }, on: TestVendorSession.model("card"), work: 0)
        #expect(run.rate == FrameRate(frames, per: seconds))
    }

    @Test func `the defaults of a simulated model apply here too`() throws {
        var model = TestVendorSession.model("fail", vendor: "acme")
        model = model.changed {
            $0.durations = .fixed(6)
            $0.framesPerSecond = [25]
            $0.audio = .always
        }
        let run = try TestJob(TestVendorSession.job(), on: model, work: 0)
        #expect(run.scenario == .card)
        #expect(run.clipMilliseconds == 6000 && run.rate == FrameRate(25) && run.sound)
        model = model.changed {
            $0.defaults.seconds = 5
            $0.defaults.audio = false
        }
        let other = try TestJob(TestVendorSession.job { $0.duration = .automatic }, on: model, work: 0)
        #expect(other.clipMilliseconds == 5000 && !other.sound)
    }

    static let unsupportedJobs: [(String, String, @Sendable (inout Job) -> Void)] = [
        ("odd", "size", { $0.frameFormat.size = Size(width: 1281, height: 720) }),
        ("small", "size", { $0.frameFormat.size = Size(width: 62, height: 64) }),
        ("8k", "size", { $0.frameFormat.resolution = "8k" }), ("endless", "seconds", { $0.duration = .seconds(1e9) }),
        ("long", "seconds", { $0.duration = .seconds(1501) }),
        ("nothing", "seconds", { $0.duration = .seconds(0) }), ("not a number", "seconds", { $0.duration = .seconds(.nan) }),
        ("fast", "fps", { $0.framesPerSecond = 61 }),
        ("no rate", "fps", { $0.framesPerSecond = .infinity }), ("no clips", "n", { $0.count = 0 }), ("many clips", "n", { $0.count = 17 }),
        (
            "text", "image",
            {
                $0.media = [
                    InputMedia(.firstFrame, .image, source: .bytes(.png, Bytes("hello, I am no image".utf8)[...]), param: "image")
                ]
            }
        ),
        (
            "not base64", "image",
            { $0.media = [InputMedia(.firstFrame, .image, source: .base64(.png, Bytes("%%%%".utf8)[...]), param: "image")] }
        ),
    ]

    @Test(arguments: unsupportedJobs.indices) func `what cannot be drawn is refused, naming the field`(_ index: Int) throws {
        let (what, param, change) = Self.unsupportedJobs[index]
        let error = #expect(throws: Fault.self, "\(what)") {
            try TestJob(TestVendorSession.job("x", change), on: TestVendorSession.model("card"), work: 0)
        }
        #expect(error?.param == param, "\(what)")
        #expect(error?.kind == .unsupported || error?.kind == .invalid)
    }

    @Test func `a still is described by what it is, not by its label`() throws {
        for source in [
            InputMedia.Source.bytes(.jpeg, Self.png(640, 480)), .base64(.bytes, Base64.standard.encode(Self.png(640, 480))[...]),
        ] {
            let job = TestVendorSession.job {
                $0.media = [
                    InputMedia(.reference, .image, source: .url("https://example.com/a.png"), param: "b"),
                    InputMedia(.firstFrame, .image, source: source, param: "a"),
                ]
            }
            let run = try TestJob(job, on: TestVendorSession.model("card"), work: 0)
            #expect(run.input?.text == "first frame: image/png 640x480, 1 more")
        }
        let clip = TestVendorSession.job {
            $0.media = [InputMedia(.source, .video, source: .url("https://example.com/a.mp4"), param: "video")]
        }
        #expect(try TestJob(clip, on: TestVendorSession.model("card"), work: 0).input?.text == "source")
    }

    @Test func `a ticket restores everything, and stays short`() throws {
        let stills = [
            nil, InputSummary(.firstFrame, type: .png, width: 640, height: 480), InputSummary(.lastFrame, type: "video/mp4", more: 3),
            InputSummary(.keyframe(0)), InputSummary(.mask, type: .webp),
        ]
        for behaviour in Scenario.allCases {
            for (place, still) in stills.enumerated() {
                var run = try TestJob(TestVendorSession.job("A fox. Or two."), on: TestVendorSession.model(behaviour.model), work: 2000)
                run.startedAt = 1_795_000_000_000
                run.input = still
                run.seed = [nil, 0, 42, -7, .max][place]
                run.clips = place + 1
                run.sound = place % 2 == 0
                run.rate = try #require(place == 3 ? FrameRate(30000, per: 1001) : FrameRate(24 + place))
                #expect(TestJob(run.ticket) == run)
                #expect(run.ticket.fields.reduce(0) { $0 + $1.utf8.count } <= TestJob.maxTicketBytes)
            }
        }
    }

    @Test func `a long prompt is truncated in the ticket, and other scripts do not lengthen it`() throws {
        for prompt in [
            String(repeating: "word ", count: 500), String(repeating: "\u{732B}\u{1F408}", count: 300),
            String(repeating: "\u{E9}", count: 200),
        ] {
            var run = try TestJob(TestVendorSession.job(prompt), on: TestVendorSession.model("card"), work: 2000)
            run.startedAt = 1_795_000_000_000
            run.input = InputSummary(.firstFrame, type: .jpeg, size: Size(width: 4032, height: 3024), more: 2)
            run.seed = .min
            let ticket = run.ticket
            #expect(ticket.fields.reduce(0) { $0 + $1.utf8.count } <= TestJob.maxTicketBytes)
            #expect(ticket[2].hasSuffix("..."))
            #expect(TestJob(ticket)?.input == run.input)
        }
    }

    /// The head of a PNG with those sides: as much as is looked at.
    static func png(_ width: Int, _ height: Int) -> Slice {
        var bytes: Bytes = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + "IHDR".utf8
        for side in [width, height] { bytes += [0, 0, UInt8(side >> 8), UInt8(side & 255)] }
        bytes += [8, 2, 0, 0, 0, 0, 0, 0, 0]
        return bytes[...]
    }
}
