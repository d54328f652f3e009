import Jobs
import Wire

/// Validates one job. Each step accepts its part of the job, adapts it with a warning, or throws. Not copyable: a job is large.
struct JobValidator: ~Copyable {
    var job: Job
    /// What the client sent of the values that rules depend on. The rest of the job follows from it.
    let requested: Requested
    let model: Model
    let mode: Model.Mode
    let adapt: AdaptPolicy
    var warnings: [Warning] = []

    struct Requested {
        let duration: ClipDuration?
        let frameFormat: FrameFormat
        let framesPerSecond: Double?
        let audio: Bool?
    }

    init(job: Job, family: Model, adapt: AdaptPolicy) throws(Fault) {
        self.adapt = adapt
        requested = Requested(
            duration: job.duration, frameFormat: job.frameFormat, framesPerSecond: job.framesPerSecond, audio: job.audio)
        let choice = try ModeChoice.choose(for: job, on: family, adapt: adapt)
        self.job = job
        if let reinterpretation = choice.reinterpretation {
            self.job.media[0].role = reinterpretation.role
            warnings = [reinterpretation.warning]
        }
        mode = choice.mode
        model = family.variant(for: mode)
    }

    consuming func validate() throws(Fault) -> ValidatedJob {
        if model.acceptsAnything {
            job.duration = job.duration ?? job.dialectDefaults.duration
            if job.frameFormat.isEmpty { job.frameFormat = job.dialectDefaults.frameFormat }
            job.frameFormat = job.frameFormat.completed(for: model)
        } else {
            try checkPrompt()
            try checkMedia()
            try checkDuration()
            try checkFrameFormat()
            try checkFrameRate()
            try checkOptions()
            try checkRules()
        }
        let billed = BilledClip(of: job, on: model, mode: mode)
        return ValidatedJob(
            job: job, model: model, mode: mode, warnings: warnings, expected: expected, billed: billed, cost: billed.cost(at: model.prices))
    }

    /// What the video will be, as far as it is known.
    var expected: Model.Defaults {
        var result = model.defaults
        if let seconds = job.duration?.seconds { result.seconds = seconds }
        if !job.frameFormat.isEmpty {
            result.frameFormat = FrameFormat(
                size: job.frameFormat.size, resolution: job.frameFormat.resolution ?? model.defaults.frameFormat.resolution,
                aspectRatio: job.frameFormat.aspectRatio ?? model.defaults.frameFormat.aspectRatio)
        }
        result.frameFormat = result.frameFormat.completed(for: model)
        switch model.audio {
        case .never: result.audio = model.acceptsAnything ? job.audio : false
        case .always: result.audio = true
        case .optional: result.audio = job.audio ?? model.defaults.audio
        }
        return result
    }

    private mutating func checkPrompt() throws(Fault) {
        let length = job.prompt?.count ?? 0
        if model.maxPromptLength == 0 {
            if length > 0 { try dropParameter(.unsupported("prompt", "This model takes no prompt.")) }
            job.prompt = nil
            return
        }
        if length == 0 && model.requiresPrompt {
            throw Fault(.missing, "A prompt is needed.", param: "prompt", code: "missing_required_parameter")
        }
        if let maxLength = model.maxPromptLength, length > maxLength {
            let message = "Expected a string with maximum length \(maxLength), but got a string with length \(length) instead."
            throw Fault(.invalid, "Invalid 'prompt': string too long. \(message)", param: "prompt", code: "string_above_max_length")
        }
    }

    private mutating func checkDuration() throws(Fault) {
        switch job.duration {
        case nil:
            guard let preferred = job.dialectDefaults.duration else { return }
            let isSupported = preferred.seconds.map(model.durations.allows) ?? model.durations.isAutomatic
            if isSupported { job.duration = preferred }
        case .automatic:
            if model.durations.isAutomatic { break }
            if case .fixed = model.durations { break }
            try replaceValue(
                .invalidValue("seconds", "auto", accepted: model.durations.accepted),
                with: model.defaults.seconds.flatMap(Number.text) ?? "the default length")
            job.duration = nil
        case .seconds(let seconds):
            if !model.durations.isSelectable {
                if seconds != model.defaults.seconds { try dropParameter(.unsupported("seconds", fixedDurationMessage)) }
            } else if !model.durations.allows(seconds) {
                let nearest = model.durations.nearest(to: seconds)
                let (from, to) = (Number.text(seconds) ?? "?", Number.text(nearest) ?? "?")
                try replaceValue(.invalidValue("seconds", from, accepted: model.durations.accepted), with: to)
                job.duration = .seconds(nearest)
            }
        }
        switch model.durations {
        case .fixed, .source, .automatic: job.duration = nil
        case .any, .list, .range: break
        }
    }

    private var fixedDurationMessage: String {
        model.durations == .source
            ? "The length cannot be chosen here: the video is as long as the input."
            : "The length cannot be chosen here: the model decides."
    }

    private mutating func checkFrameRate() throws(Fault) {
        guard let rate = job.framesPerSecond else { return }
        if model.framesPerSecond.isEmpty {
            try dropParameter(.unsupported("fps", "The frame rate of this model cannot be chosen."))
            job.framesPerSecond = nil
        } else if !model.framesPerSecond.contains(rate) {
            let nearest = Model.Durations.nearest(to: rate, in: model.framesPerSecond)
            try replaceValue(
                .invalidValue("fps", Number.text(rate) ?? "?", accepted: Violation.list(model.framesPerSecond.compactMap(Number.text))),
                with: Number.text(nearest) ?? "?")
            job.framesPerSecond = nearest
        }
    }

    /// Warns about a replaced value, which the caller then sets.
    /// - Throws: the violation's fault if the job may not be adapted.
    mutating func replaceValue(_ violation: Violation, with replacement: String) throws(Fault) {
        guard adapt == .nearest else { throw violation.fault }
        let change = "\(violation.param) \(violation.value)->\(replacement)"
        warnings.append(Warning(param: violation.param, message: violation.message, adapted: change))
    }

    /// Warns about a dropped parameter, which the caller then removes.
    /// - Throws: the violation's fault if the job may not be adapted.
    mutating func dropParameter(_ violation: Violation) throws(Fault) {
        guard adapt == .nearest else { throw violation.fault }
        warnings.append(Warning(param: violation.param, message: violation.message, adapted: "\(violation.param) dropped"))
    }
}
