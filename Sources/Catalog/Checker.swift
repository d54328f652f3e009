import Jobs
import Wire

/// One check under way. Each step either finds its part in order, adapts it with a warning, or throws.
struct Checker {
    var job: Job
    /// What the client said, in its own words: for telling a wish from what merely follows.
    let wish: Job
    let model: Model
    let mode: Model.Mode
    let adapt: Adapt
    var warnings: [Warning] = []

    init(job: Job, family: Model, adapt: Adapt) throws(Fault) {
        self.adapt = adapt
        wish = job
        (self.job, mode, warnings) = try ModeChoice.choose(for: job, on: family, adapt: adapt)
        model = family.variant(for: mode)
    }

    mutating func run() throws(Fault) -> Checked {
        if model.open {
            job.duration = job.duration ?? job.preferred.duration
            if job.shape.isEmpty { job.shape = job.preferred.shape }
            job.shape = job.shape.completed(for: model)
        } else {
            try checkPrompt()
            try checkMedia()
            try checkDuration()
            try checkShape()
            try checkFrameRate()
            try checkWishes()
            try checkRules()
        }
        let billed = BilledClip(self)
        return Checked(
            job: job, model: model, mode: mode, warnings: warnings, expected: expected, billed: billed, cost: billed.cost(at: model.prices))
    }

    var expected: Model.Usual {
        var result = model.usual
        if let seconds = job.duration?.seconds { result.seconds = seconds }
        if !job.shape.isEmpty {
            result.shape = Shape(
                size: job.shape.size, tier: job.shape.tier ?? model.usual.shape.tier, ratio: job.shape.ratio ?? model.usual.shape.ratio)
        }
        result.shape = result.shape.completed(for: model)
        switch model.audio {
        case .never: result.audio = model.open ? job.audio : false
        case .always: result.audio = true
        case .optional: result.audio = job.audio ?? model.usual.audio
        }
        return result
    }

    private mutating func checkPrompt() throws(Fault) {
        let length = job.prompt?.count ?? 0
        if model.promptLimit == 0 {
            if length > 0 { try drop(.unsupported("prompt", "This model takes no prompt.")) }
            job.prompt = nil
            return
        }
        if length == 0 && model.promptNeeded {
            throw Fault(.missing, "A prompt is needed.", param: "prompt", code: "missing_required_parameter")
        }
        if let most = model.promptLimit, length > most {
            let message = "Expected a string with maximum length \(most), but got a string with length \(length) instead."
            throw Fault(.invalid, "Invalid 'prompt': string too long. \(message)", param: "prompt", code: "string_above_max_length")
        }
    }

    private mutating func checkDuration() throws(Fault) {
        switch job.duration {
        case nil:
            guard let wanted = job.preferred.duration else { return }
            let fits = wanted.seconds.map(model.durations.allows) ?? model.durations.isAutomatic
            if fits { job.duration = wanted }
        case .automatic:
            if model.durations.isAutomatic { break }
            if case .fixed = model.durations { break }
            try yield(
                .invalidValue("seconds", "auto", model.durations.accepted),
                as: model.usual.seconds.flatMap(Number.text) ?? "the usual length")
            job.duration = nil
        case .seconds(let seconds):
            if !model.durations.isChosen {
                if seconds != model.usual.seconds { try drop(.unsupported("seconds", lengthIsGiven)) }
            } else if !model.durations.allows(seconds) {
                let nearest = model.durations.nearest(to: seconds)
                let (from, to) = (Number.text(seconds) ?? "?", Number.text(nearest) ?? "?")
                try yield(.invalidValue("seconds", from, model.durations.accepted), as: to)
                job.duration = .seconds(nearest)
            }
        }
        switch model.durations {
        case .fixed, .source, .automatic: job.duration = nil
        case .any, .list, .range: break
        }
    }

    private var lengthIsGiven: String {
        model.durations == .source
            ? "The length cannot be chosen here: the clip is as long as what was given."
            : "The length cannot be chosen here: the model decides."
    }

    private mutating func checkFrameRate() throws(Fault) {
        guard let rate = job.framesPerSecond else { return }
        if model.framesPerSecond.isEmpty {
            try drop(.unsupported("fps", "The frame rate of this model cannot be chosen."))
            job.framesPerSecond = nil
        } else if !model.framesPerSecond.contains(rate) {
            let nearest = Model.Durations.nearest(to: rate, in: model.framesPerSecond)
            try yield(
                .invalidValue("fps", Number.text(rate) ?? "?", Phrase.list(model.framesPerSecond.compactMap(Number.text))),
                as: Number.text(nearest) ?? "?")
            job.framesPerSecond = nearest
        }
    }

    /// Goes on with another value and a warning, or refuses.
    mutating func yield(_ objection: Objection, as replacement: String) throws(Fault) {
        guard adapt == .nearest else { throw objection.fault }
        let change = "\(objection.param) \(objection.value)->\(replacement)"
        warnings.append(Warning(param: objection.param, message: objection.message, adapted: change))
    }

    /// Goes on without a wish and with a warning, or refuses.
    mutating func drop(_ objection: Objection) throws(Fault) {
        guard adapt == .nearest else { throw objection.fault }
        warnings.append(Warning(param: objection.param, message: objection.message, adapted: "\(objection.param) dropped"))
    }
}
