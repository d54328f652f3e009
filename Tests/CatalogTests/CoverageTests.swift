import Catalog
import Jobs
import Testing
import Wire

/// How many models have a known cost: without one, a key with a budget cannot use them.
@Suite struct `Coverage of the shipped prices` {
    /// The least that a mode needs, and nothing else.
    private func bareJob(for model: Model) -> Job {
        let mode = Model.Mode.allCases.first(where: model.modes.contains) ?? .text
        var job = Job(model: model.name, prompt: model.maxPromptLength == 0 ? nil : "a kite")
        func add(_ role: InputMedia.Role, _ kind: InputMedia.Kind) {
            job.media.append(InputMedia(role, kind, source: .url("https://example.com/"), param: "media"))
        }
        switch mode {
        case .text: break
        case .image: add(.firstFrame, .image)
        case .firstLast:
            add(.firstFrame, .image)
            add(.lastFrame, .image)
        case .lastOnly: add(.lastFrame, .image)
        case .references: add(.reference, model.media.first { $0.role == "reference" }?.kind ?? .image)
        case .keyframes:
            add(.keyframe(0), .image)
            add(.keyframe(1), .image)
        case .audio: add(.audio, .audio)
        case .extend:
            job.operation = .extend(.end, context: nil)
            add(.source, .video)
        case .edit:
            job.operation = .edit
            add(.source, .video)
        case .remix:
            job.operation = .remix
            add(.source, .video)
        case .retake:
            job.operation = .retake(start: 0, replacing: .both)
            add(.source, .video)
        case .reframe:
            job.operation = .reframe
            add(.source, .video)
        case .hdr:
            job.operation = .hdr
            add(.source, .video)
        }
        return job
    }

    private func hasCost(_ model: Model) -> Bool {
        (try? Shipped.catalog.validate(bareJob(for: model), on: model, adapt: .nearest))?.cost != nil
    }

    @Test func `nine of ten models that a shipped alias reaches have a cost for a bare request`() throws {
        let names = Set(Shipped.catalog.aliases.flatMap(\.models)).sorted()
        let models = try names.map { name in
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            return try #require(Shipped.catalog.model(parts[1], of: parts[0]), "\(name)")
        }
        let unknown = models.filter { !hasCost($0) }.map(\.fullName)
        print("models behind aliases: \(models.count - unknown.count) of \(models.count) have a cost; not: \(unknown)")
        #expect(Double(unknown.count) <= 0.1 * Double(models.count), "\(unknown)")
    }

    @Test func `four of five models have a price, and most a cost for a bare request`() {
        let models = Shipped.catalog.models.filter { !$0.acceptsAnything && $0.vendor != "test" }
        let priced = models.filter { !$0.prices.isEmpty }
        let costed = models.filter(hasCost)
        print("all models: \(priced.count) of \(models.count) have a price, \(costed.count) a cost for a bare request")
        print("priced without a cost: \(priced.filter { !hasCost($0) }.map(\.fullName))")
        #expect(priced.count * 10 >= models.count * 9)
        #expect(costed.count * 10 >= models.count * 8)
    }

    @Test func `every price says who says so, when, and how reliably`() {
        for model in Shipped.leaves {
            for price in model.prices {
                #expect(!price.origin.source.isEmpty && price.origin.seen.count >= 7, "\(model.fullName)")
            }
        }
    }

    @Test(arguments: ["ark", "modelark"]) func `Seedance 2.5 without a length reserves its longest`(vendor: String) throws {
        let model = try #require(Shipped.catalog.model("seedance-2.5", of: vendor))
        func cost(_ seconds: Double?) throws -> Money? {
            var job = Job(model: model.name, prompt: "a kite")
            job.duration = seconds.map(ClipDuration.seconds)
            return try Shipped.catalog.validate(job, on: model, adapt: .strict).cost
        }
        #expect(try cost(nil) == cost(30))
        let (open, ten) = (try #require(try cost(nil)), try #require(try cost(10)))
        #expect(open > ten)
    }

    @Test(arguments: [("360p", 0.232), ("720p", 0.695), ("1080p", 1.043), ("4k", 2.086)])
    func `Gemini Omni has a price for every resolution`(resolution: String, dollars: Double) throws {
        let model = try #require(Shipped.catalog.model("gemini-omni-1.2-flash", of: "google"))
        var job = Job(model: model.name, prompt: "a kite")
        job.duration = .seconds(10)
        job.frameFormat.resolution = Resolution(resolution)
        #expect(try Shipped.catalog.validate(job, on: model, adapt: .strict).cost == Money(dollars: dollars))
    }
}
