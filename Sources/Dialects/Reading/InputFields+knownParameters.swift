import Jobs
import Wire

extension InputFields {
    /// Grants every wish that is left in the body. What is then still left goes along by its own name: the lists of the vendors decide
    /// whether anybody takes it, and the client is told where nobody does.
    mutating func applyKnownParameters(to job: inout Job) throws(Fault) {
        try mergeNested("extra_body")
        try applyWidthAndHeight(to: &job)
        for (name, input) in untaken {
            if let parameter = KnownParameter.named(name) {
                let before = job
                try parameter.apply(input, to: &job)
                if parameter.isCount, clientNames["count"] != nil, before.count != job.count {
                    throw KnownParameter.contradictionFault(input)
                }
                recordClientName(parameter, input, before: before.frameFormat, after: job.frameFormat)
            } else if try !ResponseOptions.isSatisfied(input, as: name) {
                try addExtra(name, input, to: &job)
            }
            _ = take(name)
        }
    }

    /// What no API of the field means a job's parameter by: a vendor's own name, or a mistake.
    private func addExtra(_ name: String, _ input: InputValue, to job: inout Job) throws(Fault) {
        guard !InputFields.callbackNames.contains(ParameterKey(name)) else { throw InputFields.callbackFault(input) }
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

    /// Where other APIs are told whom to call when a job ends. A client that waits for a call that never comes would wait for ever, so
    /// this is refused even where other unknown fields are left out with a warning.
    private static let callbackNames = ParameterKey.set(
        "callback", "callback_url", "call_back_url", "notify_hook", "notify_url", "webhook", "webhooks", "webhook_url", "webhook_secret",
        "webhook_events_filter", "hook_url", "notification_url")

    private static func callbackFault(_ input: InputValue) -> Fault {
        let message = "'\(input.param)' is not taken: nobody is called when a job ends. Ask for its status instead."
        return Fault(.notImplemented, message, param: input.param, code: "not_supported")
    }

    /// Two numbers that are a size together.
    private mutating func applyWidthAndHeight(to job: inout Job) throws(Fault) {
        guard has("width"), has("height"), let width = try integer("width"), let height = try integer("height") else { return }
        guard let size = Size("\(width)x\(height)"), job.frameFormat.size == nil || job.frameFormat.size == size else {
            let message = "'width' and 'height' are no size, or not the one that 'size' says."
            throw Fault(.invalid, message, param: "width", code: "invalid_value")
        }
        job.frameFormat.size = size
        clientNames["size"] = "width"
    }

    /// Remembers under which name the client asked for a neutral field.
    private mutating func recordClientName(_ parameter: KnownParameter, _ input: InputValue, before: FrameFormat, after: FrameFormat) {
        if let field = parameter.field { clientNames[field] = input.param }
        if before.size != after.size { clientNames["size"] = input.param }
        if before.resolution != after.resolution { clientNames["resolution"] = input.param }
        if before.aspectRatio != after.aspectRatio { clientNames["aspect_ratio"] = input.param }
    }
}

extension Job {
    /// For dialects whose answers have room for one clip: nobody pays for others that he is not told of.
    func rejectMultipleVideos(_ fields: InputFields) throws(Fault) {
        guard count != 1 else { return }
        let name = fields.clientNames["count"] ?? "n"
        throw Fault(
            .unsupported, "'\(name)' must be 1: one clip is made for each request. Send several requests.", param: name,
            code: "invalid_value")
    }
}
