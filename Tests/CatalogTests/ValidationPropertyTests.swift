import Catalog
import Jobs
import Testing
import Wire

/// A small generator with a seed that can be printed and given again (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct `What the check lets pass` {
    @Test func `satisfies the model's limits, whatever was asked, and stays as it is when checked again`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed of the property test: \(seed)")
        var random = Seeded(state: seed)
        var passed = 0
        for _ in 0..<6000 {
            let model = Shipped.leaves.randomElement(using: &random)!
            let job = Self.job(for: model, &random)
            let adapt: AdaptPolicy = Bool.random(using: &random) ? .strict : .nearest
            guard let checked = try? Shipped.catalog.validate(job, on: model, adapt: adapt) else { continue }
            passed += 1
            let breaches = Self.violations(checked, asked: job)
            #expect(breaches.isEmpty, "seed \(seed): \(model.fullName) \(model.upstream): \(breaches): \(job)")
            let again = try? Shipped.catalog.validate(checked.job, on: model, adapt: .strict)
            #expect(
                again?.warnings.allSatisfy { $0.param == "size" } == true,
                "seed \(seed): \(model.fullName): not stable: \(checked.job.frameFormat)")
            if adapt == .strict {
                #expect(Self.isKept(checked, asked: job), "seed \(seed): \(model.fullName): strict changed \(job) to \(checked.job)")
            }
        }
        #expect(passed > 500)
    }

    private static func job(for model: Model, _ random: inout Seeded) -> Job {
        var job = Job(model: model.name, prompt: "a kite")
        func maybe(_ random: inout Seeded) -> Bool { Int.random(in: 0..<3, using: &random) == 0 }
        if !model.modes.contains(.text) {
            job.media = [InputMedia(.firstFrame, .image, source: .url("https://example.com/a.png"), param: "image")]
        }
        if maybe(&random) {
            job.duration = [.automatic, .seconds(Double((1...20).randomElement(using: &random)!))].randomElement(using: &random)!
        }
        if maybe(&random) {
            job.frameFormat.size =
                (model.sizes + [Size(width: 1280, height: 720), Size(width: 720, height: 1280), Size(width: 1000, height: 1777)])
                .randomElement(using: &random)!
        }
        if maybe(&random) {
            job.frameFormat.resolution = (model.resolutions + ["720p", "1080p", "333p", "4k"]).randomElement(using: &random)!
        }
        if maybe(&random) {
            job.frameFormat.aspectRatio = (model.aspectRatios + [AspectRatio(16, 9), AspectRatio(3, 4), .adaptive, AspectRatio(5, 1)])
                .randomElement(using: &random)!
        }
        if maybe(&random) { job.framesPerSecond = [24, 25, 30, 60].randomElement(using: &random)! }
        if maybe(&random) { job.seed = [0, -1, 42, Int64(UInt32.max)].randomElement(using: &random)! }
        if maybe(&random) { job.negativePrompt = "blur" }
        if maybe(&random) { job.audio = Bool.random(using: &random) }
        if maybe(&random) { job.guidance = 4 }
        if maybe(&random) { job.style = ["anime", "oil"].randomElement(using: &random)! }
        if maybe(&random) { job.dialectDefaults.duration = .seconds(4) }
        if maybe(&random) { job.dialectDefaults.frameFormat = FrameFormat(size: Size(width: 720, height: 1280)) }
        if maybe(&random) { job.count = [1, 2].randomElement(using: &random)! }
        return job
    }

    /// Every limit of the model that the job does not keep, written without the check's own helpers.
    private static func violations(_ checked: ValidatedJob, asked: Job) -> [String] {
        let (job, model) = (checked.job, checked.model)
        var breaches: [String] = []
        if !model.modes.contains(checked.mode) { breaches.append("mode") }
        switch (model.durations, job.duration) {
        case (_, nil), (.any, _): break
        case (.fixed, _), (.source, _), (.automatic, _): breaches.append("a duration although it cannot be chosen")
        case (.list(_, let automatic), .automatic?), (.range(_, _, let automatic), .automatic?): if !automatic { breaches.append("auto") }
        case (.list(let values, _), .seconds(let seconds)?): if !values.contains(seconds) { breaches.append("seconds") }
        case (.range(let range, _, _), .seconds(let seconds)?): if !range.contains(seconds) { breaches.append("seconds") }
        }
        if let size = job.frameFormat.size, !model.sizes.isEmpty, model.resolutions.isEmpty, model.aspectRatios.isEmpty,
            !model.sizes.contains(size)
        {
            breaches.append("size")
        }
        if let resolution = job.frameFormat.resolution, !model.resolutions.isEmpty, !model.resolutions.contains(resolution) {
            breaches.append("tier")
        }
        if let aspectRatio = job.frameFormat.aspectRatio, !model.aspectRatios.isEmpty, !model.aspectRatios.contains(aspectRatio) {
            breaches.append("ratio")
        }
        if let rate = job.framesPerSecond, !model.framesPerSecond.contains(rate) { breaches.append("fps") }
        if let seed = job.seed, model.seeds?.contains(seed) != true { breaches.append("seed") }
        if job.negativePrompt != nil && !model.negativePrompt { breaches.append("negative prompt") }
        if job.audio != nil && model.audio != .optional { breaches.append("audio") }
        if job.guidance != nil && !model.fields.contains("guidance") { breaches.append("guidance") }
        if let style = job.style, !model.fields.contains("style") || model.choices["style"]?.contains(style) == false {
            breaches.append("style")
        }
        if job.count > 1 && !model.fields.contains("count") { breaches.append("count") }
        if job.media.count != asked.media.count { breaches.append("a medium was dropped") }
        return breaches
    }

    /// Strict changes nothing that was asked for in words of the model's own.
    private static func isKept(_ checked: ValidatedJob, asked: Job) -> Bool {
        let job = checked.job
        return (asked.seed == nil || job.seed == asked.seed) && (asked.negativePrompt == nil || job.negativePrompt != nil)
            && (asked.framesPerSecond == nil || job.framesPerSecond == asked.framesPerSecond) && job.count == asked.count
            && (asked.style == nil || job.style == asked.style)
            && (asked.frameFormat.resolution == nil || asked.frameFormat.size != nil
                || job.frameFormat.resolution?.lines == asked.frameFormat.resolution?.lines)
            && (asked.frameFormat.aspectRatio == nil || asked.frameFormat.size != nil
                || job.frameFormat.aspectRatio == asked.frameFormat.aspectRatio)
            && (asked.audio != true || checked.model.audio != .never)
    }
}
