import Jobs
import Wire

/// The facts and quantities that a job's price depends on. A fact that neither the job nor the vendor's documented default determines is
/// unknown. An unknown fact counts as the most expensive possible one, so that a job never costs more than was reserved for it.
package struct BilledClip: Sendable {
    private let model: Model
    private let mode: Model.Mode
    private let count: Int
    private var seconds: Double?
    /// Whether `seconds` is the video's length, and not only its upper bound.
    private let isLengthKnown: Bool
    /// An upper bound for all input videos together; nil if one of them may have any length.
    private let sourceSeconds: Double?
    private let hasVideo: Bool
    private let images: Int
    private let frameFormat: FrameFormat
    private let framesPerSecond: Double?
    private let audio: Bool?
    private let multiShot: Bool?

    init(of job: borrowing Job, on model: Model, mode: Model.Mode) {
        (self.model, self.mode, count) = (model, mode, job.count)
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
            case .optional: job.audio ?? (model.defaults.uncertain.contains("audio") ? nil : model.defaults.audio)
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

    /// The length that the job requests, else the vendor's documented default.
    private static func seconds(of job: Job, _ model: Model) -> Double? {
        if let seconds = job.duration?.seconds { return seconds }
        if case .fixed(let seconds) = model.durations { return seconds }
        guard job.duration == nil, model.durations != .source, !model.defaults.uncertain.contains("seconds") else { return nil }
        return model.defaults.seconds
    }

    /// The maximum length of the video.
    private static func maxSeconds(_ job: Job, _ model: Model, source: Double?) -> Double? {
        guard model.durations == .source else { return model.durations.maxSeconds }
        return maxDrivingAudioSeconds(job, model) ?? source.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The maximum length of the input audio, if it determines the video's.
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

    /// The maximum of the prices that may apply; nil if none does, or if one of them has no upper bound.
    func cost(at prices: [Model.Price]) -> Money? {
        var maxCost: Money?
        for price in prices {
            let fit = match(of: price.when)
            guard fit != .no else { continue }
            guard let cost = cost(at: price) else { return nil }
            maxCost = max(maxCost ?? .zero, cost)
            if fit == .yes { break }
        }
        return maxCost
    }

    /// The cost of one second at the maximum of the prices that may apply. If the length has no upper bound, nil unless only seconds count.
    package func costOfSecond(at prices: [Model.Price]) -> Money? {
        if let seconds { return seconds > 0 ? cost(at: prices).map { $0 * (1 / seconds / Double(count)) } : nil }
        let fitting = prices.filter { match(of: $0.when) != .no }
        guard fitting.allSatisfy({ price in price.minimum == nil && price.charges.allSatisfy { $0.unit != .clip } }) else { return nil }
        var clip = self
        clip.seconds = 1
        return clip.cost(at: prices).map { $0 * (1 / Double(count)) }
    }

    /// The cost at one price; nil if a quantity that it counts has no upper bound.
    package func cost(at price: Model.Price) -> Money? {
        var micros = 0.0
        for charge in price.charges {
            guard let units = units(charge.unit, price) else { return nil }
            micros += Double(charge.amount.micros) * units
        }
        micros = max(micros, Double(price.minimum?.micros ?? 0)) * Double(count)
        // Rounded up, except for the rounding error of a binary product.
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
            // Models count the first frame in addition to those of the seconds: 121 for 5 seconds at 24.
            let frames = (seconds * rate).rounded(.up) + 1
            return unit == .megapixel ? (pixels * frames / 1_000_000).rounded(.up) : pixels * rate * seconds / 1024 / 1_000_000
        }
    }

    private func billedSeconds(_ price: Model.Price) -> Double? {
        guard let seconds else { return nil }
        guard price.billsSource else { return max(seconds, price.minSeconds ?? 0) }
        return sourceSeconds.map { max(seconds + $0, price.minSeconds ?? 0) }
    }

    /// The pixels of a size that the model lists.
    private var listedPixels: Double? {
        frameFormat.size.flatMap { model.sizes.contains($0) ? $0.pixels : nil }
    }

    /// The pixels of the largest possible frame.
    private var pixels: Double? {
        if let size = frameFormat.size { return size.pixels }
        let resolutions = frameFormat.resolution.map { [$0] } ?? model.resolutions
        guard !resolutions.isEmpty else { return model.sizes.map(\.pixels).max() }
        let aspectRatios = model.aspectRatios.filter { !$0.isAdaptive }
        let sizes = resolutions.compactMap(\.lines).flatMap { lines in
            (aspectRatios.isEmpty ? [AspectRatio(16, 9)] : aspectRatios).map { Size(lines: lines, aspectRatio: $0) }
        }
        return sizes.map(\.pixels).max()
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
