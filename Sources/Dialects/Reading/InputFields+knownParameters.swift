import Jobs
import Wire

extension InputFields {
    /// Writes every parameter that the dialect has not taken into the job. Members that are no parameter go to `Job.extras`; whether the
    /// vendor takes them is checked later (`ValidatedJob.keepExtras`).
    mutating func applyKnownParameters(to job: inout Job) throws(Fault) {
        try mergeNested("extra_body")
        try applyWidthAndHeight(to: &job)
        for place in members.indices where !members[place].isTaken {
            let member = members[place]
            if let parameter = member.parameter {
                try apply(Parameter.all[parameter], member.input, to: &job)
            } else if let mayBeKept = try InputFields.storeChoice(member.input, as: member.name) {
                job.mayBeKept = mayBeKept
            } else if try !ResponseOptions.isSatisfied(member.input, as: member.name) {
                try addExtra(member.name, member.input, to: &job)
            }
            members[place].isTaken = true
        }
    }

    /// Writes one parameter into the job and stores the client's name for it.
    private mutating func apply(_ parameter: Parameter, _ input: InputValue, to job: inout Job) throws(Fault) {
        switch parameter.kind {
        case .media:
            try parameter.apply(input, to: &job)
        case .frameFormat:
            let before = job.frameFormat
            try parameter.apply(input, to: &job)
            if before.size != job.frameFormat.size { clientNames["size"] = input.param }
            if before.resolution != job.frameFormat.resolution { clientNames["resolution"] = input.param }
            if before.aspectRatio != job.frameFormat.aspectRatio { clientNames["aspect_ratio"] = input.param }
        case .count:
            let before = job.count
            try parameter.apply(input, to: &job)
            guard clientNames["count"] == nil || before == job.count else { throw Parameter.contradictionFault(input) }
            clientNames["count"] = input.param
        case .text, .word, .flag, .number, .seed, .audio, .duration:
            try parameter.apply(input, to: &job)
            clientNames[parameter.name] = input.param
        }
    }

    /// Adds a member that is no parameter of any API: a vendor's own name, or a mistake.
    private func addExtra(_ name: String, _ input: InputValue, to job: inout Job) throws(Fault) {
        guard !InputFields.callbackNames.contains(Parameter.Key(name)) else { throw InputFields.callbackFault(input) }
        guard input.file == nil else {
            throw Fault(
                .unsupported, "No file is expected by the name '\(name.prefix(80))'. Send it as 'input_reference', 'image' or 'video'.",
                param: name, code: "unknown_parameter")
        }
        guard name.utf8.count <= Limits.maxParameterNameBytes else {
            throw Fault(
                .invalid, "The name of a parameter must not be longer than \(Limits.maxParameterNameBytes) bytes: '\(name.prefix(40))…'.",
                param: String(name.prefix(40)), code: "unknown_parameter")
        }
        guard job.extras.count < Limits.maxUnknownParameters else {
            throw Fault(
                .invalid, "The request has more than \(Limits.maxUnknownParameters) parameters with names that are not known.", param: name,
                code: "unknown_parameter")
        }
        job.extras.append((name, input.jsonValue))
    }

    /// The value of `store`, which says whether this server may keep the result; nil for every other member.
    private static func storeChoice(_ input: InputValue, as name: String) throws(Fault) -> Bool? {
        guard Parameter.Key(name) == Parameter.Key("store") else { return nil }
        if let choice = input.bool { return choice }
        throw input.wrongValue("'\(input.param)' must be true or false; not \(input.shown).")
    }

    /// Names for the URL that other APIs call when a job ends. They are refused even where other unknown fields are dropped with a warning,
    /// because the client would wait forever for the call.
    private static let callbackNames = Parameter.Key.set(
        "callback", "callback_url", "call_back_url", "notify_hook", "notify_url", "webhook", "webhooks", "webhook_url", "webhook_secret",
        "webhook_events_filter", "hook_url", "notification_url")

    private static func callbackFault(_ input: InputValue) -> Fault {
        let message = "'\(input.param)' is not supported: there are no callbacks. Poll the status of the job instead."
        return Fault(.notImplemented, message, param: input.param, code: "not_supported")
    }

    /// Reads `width` and `height` as a size.
    private mutating func applyWidthAndHeight(to job: inout Job) throws(Fault) {
        guard has("width"), has("height"), let width = try integer("width"), let height = try integer("height") else { return }
        guard let size = Size("\(width)x\(height)"), job.frameFormat.size == nil || job.frameFormat.size == size else {
            let message = "'width' and 'height' are no size, or not the one that 'size' says."
            throw Fault(.invalid, message, param: "width", code: "invalid_value")
        }
        job.frameFormat.size = size
        clientNames["size"] = "width"
    }

    /// Refuses more than one video, for APIs whose responses can hold one: the client would pay for videos that it does not get.
    func rejectMultipleVideos(of job: Job) throws(Fault) {
        guard job.count != 1 else { return }
        let name = clientNames["count"] ?? "n"
        throw Fault(
            .unsupported, "'\(name)' must be 1: one clip is made for each request. Send several requests.", param: name,
            code: "invalid_value")
    }
}
