import Jobs

/// Chooses a model's mode from the operation and the roles of the media.
struct ModeChoice {
    let mode: Model.Mode
    /// The other role of the job's only image, if the mode needs one, and a warning about it.
    var reinterpretation: (role: InputMedia.Role, warning: Warning)?

    /// - Throws: a fault that names the supported modes, if none fits.
    static func choose(for job: Job, on model: Model, adapt: AdaptPolicy) throws(Fault) -> ModeChoice {
        let wanted = candidates(for: job)
        if let mode = wanted.first(where: model.modes.contains) { return ModeChoice(mode: mode) }
        if adapt == .nearest, let result = reinterpretingImage(job, on: model) { return result }
        if model.acceptsAnything, let mode = wanted.first { return ModeChoice(mode: mode) }
        throw unsupportedFault(job, on: model)
    }

    /// The modes that fit the job, the best first.
    private static func candidates(for job: Job) -> [Model.Mode] {
        switch job.operation {
        case .extend: return [.extend]
        case .edit: return [.edit]
        case .remix: return [.remix, .edit]
        case .retake: return [.retake]
        case .reframe: return [.reframe]
        case .hdr: return [.hdr]
        case .generate: break
        }
        let isDriven = job.medium(.audio) != nil
        return (isDriven ? [.audio] : []) + modesByFrames(job)
    }

    private static func modesByFrames(_ job: Job) -> [Model.Mode] {
        if job.medium(.source) != nil { return [.edit] }
        if job.media.contains(where: \.role.isKeyframe) { return [.keyframes] }
        if job.medium(.reference) != nil { return [.references] }
        switch (job.medium(.firstFrame) != nil, job.medium(.lastFrame) != nil) {
        case (true, true): return [.firstLast, .keyframes]
        case (true, false): return [.image]
        case (false, true): return [.lastOnly]
        case (false, false): return [.text]
        }
    }

    /// Uses a single image as a first frame instead of a reference, or the reverse.
    private static func reinterpretingImage(_ job: Job, on model: Model) -> ModeChoice? {
        guard job.operation == .generate, job.media.count == 1, job.media[0].kind == .image else { return nil }
        let (role, mode): (InputMedia.Role, Model.Mode)
        switch job.media[0].role {
        case .reference: (role, mode) = (.firstFrame, .image)
        case .firstFrame: (role, mode) = (.reference, .references)
        default: return nil
        }
        guard model.modes.contains(mode) else { return nil }
        let change = "\(job.media[0].role.name)->\(role.name)"
        let message = "This model takes no image as \(change.prefix { $0 != "-" }); it is used as \(role.name)."
        let warning = Warning(param: job.media[0].param, message: message, adapted: "image \(change)")
        return ModeChoice(mode: mode, reinterpretation: (role, warning))
    }

    private static func unsupportedFault(_ job: Job, on model: Model) -> Fault {
        let can = Violation.list(Model.Mode.allCases.filter(model.modes.contains).map(\.rawValue))
        if job.operation != .generate {
            return Fault(
                .unsupported, "This model cannot \(job.operation.name) a video. Supported modes are: \(can).", param: "model",
                code: "unsupported")
        }
        guard let medium = job.media.first else {
            let needs = model.modes.isDisjoint(with: [.image, .firstLast, .lastOnly, .references, .keyframes]) ? "video" : "image"
            return Fault(
                .missing, "This model needs '\(needs)': it makes nothing from text alone. Supported modes are: \(can).", param: needs,
                code: "missing_required_parameter")
        }
        return Fault(
            .unsupported, "This model cannot use \(medium.kind.rawValue) input as \(medium.role.name). Supported modes are: \(can).",
            param: medium.param,
            code: "unsupported")
    }
}
