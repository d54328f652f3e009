import Jobs
import Wire

/// What a job's price is found by and counted in. A fact that neither the job nor the vendor's documented default says is unknown, and an
/// unknown fact counts as the dearest that it could be, so that a job never costs more than was reserved for it.
package struct BilledClip: Sendable {
    private let model: Model
    private let mode: Model.Mode
    private let count: Int
    private var seconds: Double?
    /// Whether that is the clip's length, and not the longest that it can become.
    private let isLengthKnown: Bool
    /// All videos that are given together; nil where one of them may have any length.
    private let sourceSeconds: Double?
    private let hasVideo: Bool
    private let images: Int
    private let frameFormat: FrameFormat
    private let framesPerSecond: Double?
    private let audio: Bool?
    private let multiShot: Bool?

    init(_ checker: JobValidator) {
        let (job, defaults) = (checker.job, checker.model.defaults)
        (model, mode, count) = (checker.model, checker.mode, job.count)
        hasVideo = job.previous != nil || job.media.contains { $0.kind == .video }
        images = job.media.count { $0.kind == .image }
        framesPerSecond = job.framesPerSecond
        multiShot = job.multiShot ?? false
        let source = BilledClip.sourceSeconds(of: job, model)
        let known = BilledClip.seconds(of: job, model)
        isLengthKnown = known != nil
        (sourceSeconds, seconds) = (source, known ?? BilledClip.maxSeconds(job, model, source: source))
        audio =
            switch model.audio {
            case .never: model.acceptsAnything ? job.audio : false
            case .always: true
            case .optional: job.audio ?? (defaults.uncertain.contains("audio") ? nil : defaults.audio)
            }
        frameFormat = BilledClip.frameFormat(of: job, model)
    }

    private static func frameFormat(of job: Job, _ model: Model) -> FrameFormat {
        let defaults = model.defaults
        var frameFormat = job.frameFormat
        if frameFormat.isEmpty && !defaults.uncertain.contains("size") { frameFormat.size = defaults.frameFormat.size }
        if frameFormat.size == nil {
            if frameFormat.resolution == nil && !defaults.uncertain.contains("tier") {
                frameFormat.resolution = defaults.frameFormat.resolution
            }
            if frameFormat.aspectRatio == nil && !defaults.uncertain.contains("ratio") {
                frameFormat.aspectRatio = defaults.frameFormat.aspectRatio
            }
        }
        return frameFormat.completed(for: model)
    }

    /// What the job says, or what the vendor makes where nothing is said.
    private static func seconds(of job: Job, _ model: Model) -> Double? {
        if let seconds = job.duration?.seconds { return seconds }
        if case .fixed(let seconds) = model.durations { return seconds }
        guard job.duration == nil, model.durations != .source, !model.defaults.uncertain.contains("seconds") else { return nil }
        return model.defaults.seconds
    }

    /// The longest that the clip can become.
    private static func maxSeconds(_ job: Job, _ model: Model, source: Double?) -> Double? {
        guard model.durations == .source else { return model.durations.maxSeconds }
        return maxDrivingAudioSeconds(job, model) ?? source.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The longest audio that can be given, where the clip follows it.
    private static func maxDrivingAudioSeconds(_ job: Job, _ model: Model) -> Double? {
        guard job.medium(.source) == nil, job.medium(.audio) != nil else { return nil }
        return model.media.first { $0.role == "audio" }?.seconds
    }

    private static func sourceSeconds(of job: Job, _ model: Model) -> Double? {
        func maxSeconds(_ role: String) -> Double? { model.media.first { $0.kind == .video && $0.role == role }?.seconds }
        var sum = 0.0
        for medium in job.media where medium.kind == .video {
            guard let seconds = maxSeconds(medium.role.name) else { return nil }
            sum += seconds
        }
        guard job.previous != nil && job.medium(.source) == nil else { return sum }
        return maxSeconds("source").map { sum + $0 }
    }

    /// The dearest of the prices that may hold; nil where none does, or where one of them has no upper bound.
    func cost(at prices: [Model.Price]) -> Money? {
        var dearest: Money?
        for price in prices {
            let fit = match(of: price.when)
            guard fit != .no else { continue }
            guard let cost = cost(at: price) else { return nil }
            dearest = max(dearest ?? .zero, cost)
            if fit == .yes { break }
        }
        return dearest
    }

    /// What a second costs at the dearest of the prices that may hold. Where the length has no upper bound, nil unless only seconds count.
    package func costOfSecond(at prices: [Model.Price]) -> Money? {
        if let seconds { return seconds > 0 ? cost(at: prices).map { $0 * (1 / seconds / Double(count)) } : nil }
        let fitting = prices.filter { match(of: $0.when) != .no }
        guard fitting.allSatisfy({ price in price.minimum == nil && price.charges.allSatisfy { $0.unit != .clip } }) else { return nil }
        var clip = self
        clip.seconds = 1
        return clip.cost(at: prices).map { $0 * (1 / Double(count)) }
    }

    /// Nil where what it counts has no upper bound.
    package func cost(at price: Model.Price) -> Money? {
        var micros = 0.0
        for charge in price.charges {
            guard let units = units(charge.unit, price) else { return nil }
            micros += Double(charge.amount.micros) * units
        }
        micros = max(micros, Double(price.minimum?.micros ?? 0)) * Double(count)
        // Rounded up, but for what is left of a product in binary.
        let rounded = (micros - 1e-6).rounded(.up)
        return rounded < 1e15 ? Money(micros: Number.saturated(max(rounded, 0))) : nil
    }

    private func units(_ unit: Model.Price.Unit, _ price: Model.Price) -> Double? {
        switch unit {
        case .clip: return 1
        case .image: return Double(max(images - price.freeImages, 0))
        case .second: return billedSeconds(price)
        case .millionTokens, .megapixel:
            guard let seconds = billedSeconds(price), let pixels = listedPixels ?? price.pixels ?? pixels,
                let rate = framesPerSecond ?? price.framesPerSecond ?? model.framesPerSecond.max()
            else { return nil }
            // Models count the first frame beside those of the seconds: 121 for 5 seconds at 24.
            let frames = (seconds * rate).rounded(.up) + 1
            return unit == .megapixel ? (pixels * frames / 1_000_000).rounded(.up) : pixels * rate * seconds / 1024 / 1_000_000
        }
    }

    private func billedSeconds(_ price: Model.Price) -> Double? {
        guard let seconds else { return nil }
        guard price.billsSource else { return max(seconds, price.minSeconds ?? 0) }
        return sourceSeconds.map { max(seconds + $0, price.minSeconds ?? 0) }
    }

    /// Of a frame that the model lists by its size.
    private var listedPixels: Double? {
        frameFormat.size.flatMap { model.sizes.contains($0) ? Double($0.width * $0.height) : nil }
    }

    /// Of the largest frame that it can become.
    private var pixels: Double? {
        if let size = frameFormat.size { return Double(size.width * size.height) }
        let resolutions = frameFormat.resolution.map { [$0] } ?? model.resolutions
        guard !resolutions.isEmpty else { return model.sizes.map { Double($0.width * $0.height) }.max() }
        let aspectRatios = model.aspectRatios.filter { !$0.isAdaptive }
        let sizes = resolutions.compactMap(\.lines).flatMap { lines in
            (aspectRatios.isEmpty ? [AspectRatio(16, 9)] : aspectRatios).map { Size(lines: lines, aspectRatio: $0) }
        }
        return sizes.map { Double($0.width * $0.height) }.max()
    }
}

extension BilledClip {
    private enum ConditionMatch { case yes, maybe, no }

    private func match(of condition: [String: [String]]) -> ConditionMatch {
        var isCertain = true
        for (fact, values) in condition {
            if let known = self[fact] {
                guard values.contains(known) else { return .no }
            } else {
                guard values.contains(where: { mayEqual($0, fact) }) else { return .no }
                isCertain = false
            }
        }
        return isCertain ? .yes : .maybe
    }

    private subscript(fact: String) -> String? {
        switch fact {
        case "mode": mode.rawValue
        case "tier": frameFormat.resolution?.text
        case "ratio": frameFormat.aspectRatio.flatMap { $0.isAdaptive ? nil : $0.description }
        case "size": frameFormat.size?.description
        case "seconds": isLengthKnown ? seconds.flatMap(Number.text) : nil
        case "fps": framesPerSecond.flatMap(Number.text)
        case "audio": audio.map { String($0) }
        case "video": String(hasVideo)
        case "multi_shot": multiShot.map { String($0) }
        default: nil
        }
    }

    /// Whether an unknown fact may have that value with this model.
    private func mayEqual(_ value: String, _ fact: String) -> Bool {
        switch fact {
        case "tier": model.resolutions.isEmpty || model.resolutions.contains { $0.text == value }
        case "size": model.sizes.isEmpty || model.sizes.contains { $0.description == value }
        case "seconds": Double(value).map(model.durations.mayEqual) ?? true
        default: true
        }
    }
}
