import Catalog
import Jobs
import Testing
import Vendors
import Wire

/// Vendors that say in a form for machines what they take: what is sent keeps to it, and whatever they take can be asked for.
@Suite struct `Published schemas` {
    private static let catalog = Result { () throws(CatalogError) in try Catalog() }

    /// Values that no job leads to, by how their lines begin or end: the video of an image has its frame, `auto_…` is a frame that follows
    /// references, `reference` is what a clip beside others is without a word, and a camera that does nothing is no camera.
    private static let exempt = [
        "image_to_video wan3: ratio", "image_to_video wan3_prime: ratio", "ratio \"auto_480p\"", "ratio \"auto_720p\"",
        "ratio \"auto_1080p\"", "mode \"reference\"", "camera_lora \"none\"", "edit-video: resolution \"auto\"",
    ]

    /// The schemas are from the vendors' lists up to this day. Endpoints that came later have none here.
    private static let newestSchema = "2026-11-20"

    @Test(arguments: ["fal", "openrouter", "runway", "together", "xai"])
    func `every call keeps to its schema, and every value of it can be asked for`(_ name: String) throws {
        let catalog = try Self.catalog.get()
        let vendor = try #require(Registry.vendor(name))
        var schemas = try PublishedSchemas(of: name)
        var mistakes: Set<String> = []
        var count = 0
        for model in catalog.models(of: name) {
            for mode in Model.Mode.allCases where model.modes.contains(mode) {
                let part = model.variant(for: mode)
                func start(_ job: Job) throws(Fault) -> (Call, Model) {
                    let checked = try catalog.validate(job, on: model, adapt: .strict)
                    let job = PlainJob.carried(checked.job, by: vendor.card, on: checked.model)
                    return (try vendor.startCall(for: job, on: checked.model), checked.model)
                }
                for job in Self.jobs(for: part, in: mode, start) {
                    guard let (call, leaf) = try? start(job), leaf.verifiedOn <= Self.newestSchema else { continue }
                    count += 1
                    mistakes.formUnion(try schemas.errors(in: call, Self.key(of: call, on: leaf)))
                }
            }
        }
        let unused = schemas.unused.filter { line in !Self.exempt.contains { line.hasPrefix($0) || line.hasSuffix($0) } }
        print("\(name): \(count) calls against \(schemas.count) schemas")
        #expect(mistakes.isEmpty, "\(mistakes.count):\n\(mistakes.sorted().prefix(80).joined(separator: "\n"))")
        #expect(unused.isEmpty, "\(unused.count) never asked for:\n\(unused.prefix(80).joined(separator: "\n"))")
    }

    /// The endpoint; the model where each has limits of its own there; both where the bodies differ by model.
    private static func key(of call: Call, on model: Model) -> String {
        guard case .path(_, let path) = call.target else { return "" }
        switch model.vendor {
        case "openrouter": return model.upstream
        case "runway": return path.dropFirst("/v1/".count) + " " + model.upstream
        default: return String(path.dropFirst())
        }
    }

    /// The plain job, and that job with each thing that the catalog admits.
    private static func jobs(
        for model: Model, in mode: Model.Mode, _ start: (Job) throws(Fault) -> (Call, Model)
    ) -> [Job] {
        var plain = PlainJob.job(for: model, in: mode)
        do throws(Fault) { _ = try start(plain) } catch { plain = PlainJob.completed(plain, after: error, on: model) ?? plain }
        var jobs = [plain]
        func add(_ change: (inout Job) -> Void) {
            var job = plain
            change(&job)
            jobs.append(job)
        }
        for length in lengths(of: model) { add { $0.duration = length } }
        for resolution in model.resolutions { add { $0.frameFormat.resolution = resolution } }
        for aspectRatio in model.aspectRatios { add { $0.frameFormat.aspectRatio = aspectRatio } }
        for size in model.sizes { add { $0.frameFormat.size = size } }
        for rate in model.framesPerSecond { add { $0.framesPerSecond = rate } }
        for style in model.choices["style"] ?? [] { add { $0.style = style } }
        for motion in model.choices["camera_motion"] ?? [] { add { $0.cameraMotion = motion } }
        if mode == .extend { add { $0.operation = .extend(.start, context: nil) } }
        if mode == .retake {
            add { $0.operation = .retake(start: 1, replacing: .audio) }
            add { $0.operation = .retake(start: 1, replacing: .video) }
        }
        return jobs + ParameterCase.all(for: model, in: mode, plain, extras: []).map(\.asked)
    }

    private static func lengths(of model: Model) -> [ClipDuration] {
        switch model.durations {
        case .any, .fixed, .source, .automatic: []
        case .list(let values, let automatic): values.map(ClipDuration.seconds) + (automatic ? [.automatic] : [])
        case .range(let range, let step, let automatic):
            stride(from: range.lowerBound, through: range.upperBound, by: step == 0 ? 1 : step).map(ClipDuration.seconds)
                + (automatic ? [.automatic] : [])
        }
    }
}
