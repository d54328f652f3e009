import Jobs
import Wire

/// One thing that a client may ask for beyond prompt and mode, and the job without it: the two must not lead to the same call.
struct ParameterCase: CustomStringConvertible {
    /// The neutral field, as warnings name it.
    var field: String
    var value: String
    var asked: Job
    /// The same job without the parameter, or with the opposite value.
    var other: Job

    /// Whether the other job is the plain one.
    var isBesidePlain: Bool

    var description: String { "\(field)=\(value)" }

    /// Everything that the catalog admits for the model in that mode, on top of the plainest job in it.
    static func all(for model: Model, in mode: Model.Mode, _ plain: Job, extras: Set<String>) -> [ParameterCase] {
        lengths(model, plain) + frames(model, plain) + switches(model, plain) + words(model, plain) + media(model, plain)
            + extras.sorted().map { name in ParameterCase("extra \(name)", "odd", plain: plain) { $0.extras = [(name, "odd")] } }
    }

    init(_ field: String, _ value: String, plain: Job, besides other: Job? = nil, change: (inout Job) -> Void) {
        self.field = field
        self.value = value
        asked = plain
        self.other = other ?? plain
        isBesidePlain = other == nil
        change(&asked)
    }

    // MARK: The parameters by kind

    private static func lengths(_ model: Model, _ plain: Job) -> [ParameterCase] {
        let usual = model.defaults.seconds
        let values: [Double] =
            switch model.durations {
            case .any, .source, .automatic: [7]
            case .fixed: []
            case .list(let values, _): Array(values.prefix(3))
            case .range(let range, _, _): [range.lowerBound, range.upperBound]
            }
        var cases = values.filter { $0 != usual }.map { value in
            ParameterCase("seconds", Number.text(value) ?? "?", plain: plain) { $0.duration = .seconds(value) }
        }
        switch model.durations {
        case .list(_, automatic: true), .range(_, _, automatic: true):
            if let value = values.first(where: { $0 != usual }) {
                var other = plain
                other.duration = .seconds(value)
                cases.append(ParameterCase("seconds", "auto", plain: plain, besides: other) { $0.duration = .automatic })
            }
        default: break
        }
        return cases
    }

    private static func frames(_ model: Model, _ plain: Job) -> [ParameterCase] {
        let usual = model.defaults.frameFormat
        var cases: [ParameterCase] = []
        for resolution in model.resolutions.prefix(3) where resolution != usual.resolution {
            cases.append(ParameterCase("tier", resolution.text, plain: plain) { $0.frameFormat.resolution = resolution })
        }
        for aspectRatio in model.aspectRatios.prefix(3) where aspectRatio != usual.aspectRatio && !aspectRatio.isAdaptive {
            cases.append(ParameterCase("ratio", aspectRatio.description, plain: plain) { $0.frameFormat.aspectRatio = aspectRatio })
        }
        for size in model.sizes.prefix(3) where size != usual.size {
            cases.append(ParameterCase("size", "\(size)", plain: plain) { $0.frameFormat.size = size })
        }
        var last = plain
        last.framesPerSecond = model.framesPerSecond.last
        for rate in model.framesPerSecond.dropLast() {
            cases.append(ParameterCase("fps", "\(rate)", plain: plain, besides: last) { $0.framesPerSecond = rate })
        }
        return cases
    }

    private static func switches(_ model: Model, _ plain: Job) -> [ParameterCase] {
        let all: [(field: String, path: WritableKeyPath<Job, Bool?>, isThere: Bool)] = [
            ("audio", \.audio, model.audio == .optional), ("watermark", \.watermark, model.fields.contains("watermark")),
            ("enhance_prompt", \.enhancePrompt, model.fields.contains("enhance_prompt")),
            ("multi_shot", \.multiShot, model.fields.contains("multi_shot")),
        ]
        return all.filter(\.isThere).map { field, path, _ in
            var other = plain
            other[keyPath: path] = false
            return ParameterCase(field, "true", plain: plain, besides: other) { $0[keyPath: path] = true }
        }
    }

    private static func words(_ model: Model, _ plain: Job) -> [ParameterCase] {
        var cases = [ParameterCase("prompt", "another", plain: plain) { $0.prompt = "A heron" }]
        if model.seeds?.contains(11) == true { cases.append(ParameterCase("seed", "11", plain: plain) { $0.seed = 11 }) }
        if model.negativePrompt { cases.append(ParameterCase("negative_prompt", "blur", plain: plain) { $0.negativePrompt = "blur" }) }
        if model.fields.contains("guidance") { cases.append(ParameterCase("guidance", "0.7", plain: plain) { $0.guidance = 0.7 }) }
        for (field, path) in [("camera_motion", \Job.cameraMotion), ("style", \Job.style)] where model.fields.contains(field) {
            let words = model.choices[field] ?? ["odd"]
            // One of several may be what is made where nothing is said.
            var other = plain
            if words.count > 1 { other[keyPath: path] = words[words.count - 1] }
            for word in words.prefix(max(1, words.count - 1)) {
                cases.append(ParameterCase(field, word, plain: plain, besides: other) { $0[keyPath: path] = word })
            }
        }
        if model.fields.contains("count") {
            for number in (model.choices["count"] ?? ["2"]).compactMap(Int.init) where number != 1 {
                cases.append(ParameterCase("count", "\(number)", plain: plain) { $0.count = number })
            }
        }
        return cases
    }

    /// One more of each medium that the model takes.
    private static func media(_ model: Model, _ plain: Job) -> [ParameterCase] {
        model.media.compactMap { limit in
            guard let medium = PlainJob.medium(limit.kind, limit.role, place: plain.media.count) else { return nil }
            let count = plain.media.filter { $0.kind == limit.kind && $0.role.name == limit.role }.count
            return count < limit.maxCount
                ? ParameterCase("\(limit.kind.rawValue) \(limit.role)", "one more", plain: plain) { $0.media.append(medium) } : nil
        }
    }
}
