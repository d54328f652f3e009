import Jobs
import Wire

/// Makes a test job of a job: unset values come from the model's defaults, then from those of the test card.
extension TestJob {
    static let maxClips = 16
    /// A day.
    static let maxRenderMilliseconds: Int64 = 86_400_000
    private static let slowRenderMilliseconds: Int64 = 180_000
    private static let defaultLines = 720
    private static let defaultFrameRate = 24.0
    private static let defaultSeconds = 4.0

    /// - Parameter work: the render time in milliseconds.
    /// - Throws: `.unsupported` or `.invalid` for what cannot be drawn.
    init(_ job: Job, on model: Model, work: Int64) throws(Fault) {
        let isTestModel = model.vendor == TestCard.name
        scenario = isTestModel ? Scenario(model: model.upstream) : .card
        self.renderMilliseconds = scenario == .slow ? max(work, Self.slowRenderMilliseconds) : work
        input = try InputSummary(job.media)
        let size = Self.size(job.frameFormat, model.defaults.frameFormat, still: input?.size)
        (width, height) = (size.width, size.height)
        rate = try Self.rate(job.framesPerSecond ?? model.framesPerSecond.first ?? Self.defaultFrameRate)
        clipMilliseconds = try Self.length(
            job.duration?.seconds ?? model.defaults.seconds ?? Self.seconds(model.durations) ?? Self.defaultSeconds)
        clips = job.count
        sound = job.audio ?? model.defaults.audio ?? (model.audio == .always)
        seed = job.seed
        prompt = String(decoding: ASCIIFold.letters(job.prompt ?? ""), as: UTF8.self)
        guard (1...Self.maxClips).contains(clips) else {
            throw Fault(.unsupported, "The test vendor makes 1 to \(Self.maxClips) videos at a time.", param: "n", code: "invalid_value")
        }
        guard videoSpec(model: "") != nil else { throw unsupportedFault }
    }

    /// The fault for an unsupported size, or else an unsupported length.
    private var unsupportedFault: Fault {
        let short = VideoSpec(width: width, height: height, rate: rate, length: .seconds(1), model: "", prompt: "")
        guard short == nil else {
            let maxSeconds = VideoSpec.maxFrames * rate.seconds / rate.frames
            return Fault(
                .unsupported, "The test vendor draws videos from one frame to \(maxSeconds) seconds at this frame rate.", param: "seconds",
                code: "invalid_value")
        }
        return Fault(
            .unsupported,
            "The test vendor draws sizes with even sides of \(VideoSpec.allowedSides.lowerBound) "
                + "to \(VideoSpec.allowedSides.upperBound) pixels, "
                + "up to the area of 3840x2160, not \(width)x\(height).", param: "size", code: "invalid_value")
    }

    /// The size itself, or that of the resolution and the aspect ratio; `adaptive` means the ratio of the input image.
    private static func size(_ frameFormat: FrameFormat, _ defaults: FrameFormat, still: Size?) -> Size {
        if let size = frameFormat.size { return size }
        if frameFormat.isEmpty, let size = defaults.size { return size }
        let lines = frameFormat.resolution?.lines ?? defaults.resolution?.lines ?? defaults.size?.shortSide ?? defaultLines
        var aspectRatio = frameFormat.aspectRatio ?? defaults.aspectRatio ?? defaults.size?.aspectRatio ?? AspectRatio(16, 9)
        if aspectRatio.isAdaptive { aspectRatio = still?.aspectRatio ?? AspectRatio(16, 9) }
        let long = lines * max(aspectRatio.width, aspectRatio.height)
        let short = min(aspectRatio.width, aspectRatio.height)
        let even = (long + short) / (2 * short) * 2
        return aspectRatio.width >= aspectRatio.height ? Size(width: even, height: lines) : Size(width: lines, height: even)
    }

    /// 23.976 and similar rates mean 24000/1001; others are rounded to a thousandth.
    private static func rate(_ framesPerSecond: Double) throws(Fault) -> FrameRate {
        let wholes = [24, 30, 60]
        let dropped = wholes.first { abs(framesPerSecond - Double($0) * 1000 / 1001) < 0.005 }
        let thousandths = framesPerSecond >= 1 && framesPerSecond <= 60 ? Number.truncated((framesPerSecond * 1000).rounded()) ?? 0 : 0
        let exact = thousandths % 1000 == 0 ? FrameRate(thousandths / 1000) : FrameRate(thousandths, per: 1000)
        guard let rate = dropped.flatMap({ FrameRate($0 * 1000, per: 1001) }) ?? exact else {
            throw Fault(.unsupported, "The test vendor draws 1 to 60 frames per second.", param: "fps", code: "invalid_value")
        }
        return rate
    }

    private static func length(_ seconds: Double) throws(Fault) -> Int64 {
        guard seconds > 0, seconds <= Double(VideoSpec.maxFrames), let milliseconds = Number.rounded(seconds * 1000) else {
            throw Fault(.unsupported, "The test vendor needs a length of more than 0 seconds.", param: "seconds", code: "invalid_value")
        }
        return milliseconds
    }

    private static func seconds(_ durations: Model.Durations) -> Double? {
        switch durations {
        case .any: nil
        case .list(let list, _): list.first
        case .range(let range, _, _): range.lowerBound
        case .fixed(let seconds): seconds
        case .source, .automatic: nil
        }
    }
}
