import Jobs
import Testing
import Wire

@testable import TestCard

@Suite struct RunTests {
    static let shapes: [(String, Shape, Shape, String)] = [
        ("nothing asked", Shape(), Shape(), "1280x720"), ("a size", Shape(size: Size(width: 854, height: 480)), Shape(), "854x480"),
        ("a tier", Shape(tier: "1080p"), Shape(), "1920x1080"), ("a ratio", Shape(ratio: Ratio(9, 16)), Shape(), "720x1280"),
        ("both", Shape(tier: "480p", ratio: Ratio(16, 9)), Shape(), "854x480"),
        ("21:9", Shape(tier: "720p", ratio: Ratio(21, 9)), Shape(), "1680x720"),
        ("square", Shape(tier: "4k", ratio: Ratio(1, 1)), Shape(), "2160x2160"), ("adaptive", Shape(ratio: .adaptive), Shape(), "720x960"),
        ("the model's size", Shape(), Shape(size: Size(width: 768, height: 1344)), "768x1344"),
        ("the model's ratio", Shape(tier: "360p"), Shape(ratio: Ratio(1, 1)), "360x360"),
    ]

    @Test(arguments: shapes) func `size, tier and ratio become pixels`(_ what: String, _ asked: Shape, _ usual: Shape, _ size: String)
        throws
    {
        var model = Errand.model("card")
        model.usual.shape = usual
        let job = Errand.job {
            $0.shape = asked
            if asked.ratio?.isAdaptive == true {
                $0.media = [Medium(.firstFrame, .image, .bytes(.png, Self.png(300, 400)), param: "image")]
            }
        }
        let run = try Run(job, on: model, work: 0)
        #expect("\(run.width)x\(run.height)" == size, "\(what)")
    }

    @Test(
        arguments: [
            (nil, 24, 1), (25, 25, 1), (23.976, 24000, 1001), (29.97, 30000, 1001), (59.94, 60000, 1001), (12.5, 12500, 1000), (60, 60, 1),
        ] as [(Double?, Int, Int)])
    func `frame rates are kept exactly`(_ asked: Double?, _ frames: Int, _ seconds: Int) throws {
        let run = try Run(Errand.job { $0.framesPerSecond = asked }, on: Errand.model("card"), work: 0)
        #expect(run.rate == FrameRate(frames, per: seconds))
    }

    @Test func `what a rehearsed model does by itself is done here too`() throws {
        var model = Errand.model("fail", vendor: "acme")
        model.durations = .fixed(6)
        model.framesPerSecond = [25]
        model.audio = .always
        let run = try Run(Errand.job(), on: model, work: 0)
        #expect(run.behaviour == .card)
        #expect(run.length == 6000 && run.rate == FrameRate(25) && run.sound)
        model.usual.seconds = 5
        model.usual.audio = false
        let other = try Run(Errand.job { $0.duration = .automatic }, on: model, work: 0)
        #expect(other.length == 5000 && !other.sound)
    }

    static let refusals: [(String, String, @Sendable (inout Job) -> Void)] = [
        ("odd", "size", { $0.shape.size = Size(width: 1281, height: 720) }),
        ("small", "size", { $0.shape.size = Size(width: 62, height: 64) }),
        ("8k", "size", { $0.shape.tier = "8k" }), ("endless", "seconds", { $0.duration = .seconds(1e9) }),
        ("long", "seconds", { $0.duration = .seconds(1501) }),
        ("nothing", "seconds", { $0.duration = .seconds(0) }), ("not a number", "seconds", { $0.duration = .seconds(.nan) }),
        ("fast", "fps", { $0.framesPerSecond = 61 }),
        ("no rate", "fps", { $0.framesPerSecond = .infinity }), ("no clips", "n", { $0.count = 0 }), ("many clips", "n", { $0.count = 17 }),
        (
            "text", "image",
            { $0.media = [Medium(.firstFrame, .image, .bytes(.png, Bytes("hello, I am no picture".utf8)[...]), param: "image")] }
        ),
        ("not base64", "image", { $0.media = [Medium(.firstFrame, .image, .base64(.png, Bytes("%%%%".utf8)[...]), param: "image")] }),
    ]

    @Test(arguments: refusals.indices) func `what cannot be drawn is refused, naming the field`(_ index: Int) throws {
        let (what, param, change) = Self.refusals[index]
        let error = #expect(throws: Fault.self, "\(what)") { try Run(Errand.job("x", change), on: Errand.model("card"), work: 0) }
        #expect(error?.param == param, "\(what)")
        #expect(error?.kind == .unsupported || error?.kind == .invalid)
    }

    @Test func `a still is described by what it is, not by its label`() throws {
        for source in [Medium.Source.bytes(.jpeg, Self.png(640, 480)), .base64(.bytes, Base64.standard.encode(Self.png(640, 480))[...])] {
            let job = Errand.job {
                $0.media = [
                    Medium(.reference, .image, .url("https://example.com/a.png"), param: "b"),
                    Medium(.firstFrame, .image, source, param: "a"),
                ]
            }
            let run = try Run(job, on: Errand.model("card"), work: 0)
            #expect(run.still?.text == "first frame: image/png 640x480, 1 more")
        }
        let clip = Errand.job { $0.media = [Medium(.source, .video, .url("https://example.com/a.mp4"), param: "video")] }
        #expect(try Run(clip, on: Errand.model("card"), work: 0).still?.text == "source")
    }

    @Test func `a ticket brings everything back, and stays short`() throws {
        let stills = [
            nil, Still(.firstFrame, type: .png, width: 640, height: 480), Still(.lastFrame, type: "video/mp4", more: 3),
            Still(.keyframe(0)), Still(.mask, type: .webp),
        ]
        for behaviour in Behaviour.allCases {
            for (place, still) in stills.enumerated() {
                var run = try Run(Errand.job("A fox. Or two."), on: Errand.model(behaviour.model), work: 2000)
                run.began = 1_795_000_000_000
                run.still = still
                run.seed = [nil, 0, 42, -7, .max][place]
                run.clips = place + 1
                run.sound = place % 2 == 0
                run.rate = try #require(place == 3 ? FrameRate(30000, per: 1001) : FrameRate(24 + place))
                #expect(Run(run.ticket) == run)
                #expect(run.ticket.fields.reduce(0) { $0 + $1.utf8.count } <= Run.ticketBytes)
            }
        }
    }

    @Test func `a long prompt is cut in the ticket, and other scripts do not lengthen it`() throws {
        for prompt in [
            String(repeating: "word ", count: 500), String(repeating: "\u{732B}\u{1F408}", count: 300),
            String(repeating: "\u{E9}", count: 200),
        ] {
            var run = try Run(Errand.job(prompt), on: Errand.model("card"), work: 2000)
            run.began = 1_795_000_000_000
            run.still = Still(.firstFrame, type: .jpeg, size: Size(width: 4032, height: 3024), more: 2)
            run.seed = .min
            let ticket = run.ticket
            #expect(ticket.fields.reduce(0) { $0 + $1.utf8.count } <= Run.ticketBytes)
            #expect(ticket[2].hasSuffix("..."))
            #expect(Run(ticket)?.still == run.still)
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
