import Jobs
import Wire

/// From a job to a run: what the job leaves open is taken from the model, then from the test card's own habits.
extension Run {
    static let mostClips = 16
    /// A day.
    static let mostWork: Int64 = 86_400_000
    private static let slowWork: Int64 = 180_000
    private static let usualLines = 720
    private static let usualRate = 24.0
    private static let usualSeconds = 4.0

    /// - Throws: `.unsupported` or `.invalid` for what cannot be drawn.
    init(_ job: Job, on model: Model, work: Int64) throws(Fault) {
        let own = model.vendor == TestCard.name
        behaviour = own ? Behaviour(model: model.upstream) : .card
        self.work = behaviour == .slow ? max(work, Self.slowWork) : work
        still = try Still(job.media)
        let size = Self.size(job.shape, model.usual.shape, still?.size)
        (width, height) = (size.width, size.height)
        rate = try Self.rate(job.framesPerSecond ?? model.framesPerSecond.first ?? Self.usualRate)
        length = try Self.length(job.duration?.seconds ?? model.usual.seconds ?? Self.seconds(model.durations) ?? Self.usualSeconds)
        clips = job.count
        sound = job.audio ?? model.usual.audio ?? (model.audio == .always)
        seed = job.seed
        prompt = String(decoding: Plain.letters(job.prompt ?? ""), as: UTF8.self)
        guard (1...Self.mostClips).contains(clips) else {
            throw Fault(.unsupported, "The test card makes 1 to \(Self.mostClips) clips at a time.", param: "n", code: "invalid_value")
        }
        guard picture(model: "") != nil else { throw refusal }
    }

    /// Why there is no picture: the size, or else the length.
    private var refusal: Fault {
        let short = Picture(width: width, height: height, rate: rate, length: .seconds(1), model: "", prompt: "")
        guard short == nil else {
            let most = Picture.mostFrames * rate.seconds / rate.frames
            return Fault(
                .unsupported, "The test card draws clips from one frame to \(most) seconds at this frame rate.", param: "seconds",
                code: "invalid_value")
        }
        return Fault(
            .unsupported,
            "The test card draws sizes with even sides of \(Picture.sides.lowerBound) to \(Picture.sides.upperBound) pixels, "
                + "up to the area of 3840x2160; asked was \(width)x\(height).", param: "size", code: "invalid_value")
    }

    /// The size itself, or the tier's lines in the ratio's proportions; `adaptive` means those of the still.
    private static func size(_ shape: Shape, _ usual: Shape, _ still: Size?) -> Size {
        if let size = shape.size { return size }
        if shape.isEmpty, let size = usual.size { return size }
        let lines = shape.tier?.lines ?? usual.tier?.lines ?? usual.size?.shortSide ?? usualLines
        var ratio = shape.ratio ?? usual.ratio ?? usual.size?.ratio ?? Ratio(16, 9)
        if ratio.isAdaptive { ratio = still?.ratio ?? Ratio(16, 9) }
        let long = lines * max(ratio.width, ratio.height)
        let short = min(ratio.width, ratio.height)
        let even = (long + short) / (2 * short) * 2
        return ratio.width >= ratio.height ? Size(width: even, height: lines) : Size(width: lines, height: even)
    }

    /// 23.976 and its like are meant as 24000/1001; anything else is taken to a thousandth.
    private static func rate(_ framesPerSecond: Double) throws(Fault) -> FrameRate {
        let wholes = [24, 30, 60]
        let dropped = wholes.first { abs(framesPerSecond - Double($0) * 1000 / 1001) < 0.005 }
        let thousandths = framesPerSecond >= 1 && framesPerSecond <= 60 ? Number.truncated((framesPerSecond * 1000).rounded()) ?? 0 : 0
        let exact = thousandths % 1000 == 0 ? FrameRate(thousandths / 1000) : FrameRate(thousandths, per: 1000)
        guard let rate = dropped.flatMap({ FrameRate($0 * 1000, per: 1001) }) ?? exact else {
            throw Fault(.unsupported, "The test card draws 1 to 60 frames a second.", param: "fps", code: "invalid_value")
        }
        return rate
    }

    private static func length(_ seconds: Double) throws(Fault) -> Int64 {
        guard seconds > 0, seconds <= Double(Picture.mostFrames), let milliseconds = Number.rounded(seconds * 1000) else {
            throw Fault(.unsupported, "The test card needs a length of more than 0 seconds.", param: "seconds", code: "invalid_value")
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
