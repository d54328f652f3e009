import Jobs
import Wire

extension Fields {
    /// Grants every wish that is left in the body. What is then still left goes along by its own name: the lists of the vendors decide
    /// whether anybody takes it, and the client is told where nobody does.
    mutating func grantWishes(to job: inout Job) throws(Fault) {
        try unfold("extra_body")
        try grantWidthAndHeight(to: &job)
        for (name, given) in rest {
            if let wish = Wish.named(name) {
                let before = job
                try wish.grant(given, to: &job)
                if wish.isCount, spellings["count"] != nil, before.count != job.count { throw Wish.contradiction(given) }
                note(wish, given, before.shape, job.shape)
            } else if try !AnswerForm.isFulfilled(given, as: name) {
                try passOn(name, given, to: &job)
            }
            _ = take(name)
        }
    }

    /// What no API of the field means a job's parameter by: a vendor's own name, or a mistake.
    private func passOn(_ name: String, _ given: Given, to job: inout Job) throws(Fault) {
        guard !Fields.callbacks.contains(ParameterKey(name)) else { throw Fields.noCallbacks(given) }
        guard given.file == nil else {
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
        job.extras.append((name, given.passedOn))
    }

    /// Where other APIs are told whom to call when a job ends. A client that waits for a call that never comes would wait for ever, so
    /// this is refused even where other unknown fields are left out with a warning.
    private static let callbacks = ParameterKey.set(
        "callback", "callback_url", "call_back_url", "notify_hook", "notify_url", "webhook", "webhooks", "webhook_url", "webhook_secret",
        "webhook_events_filter", "hook_url", "notification_url")

    private static func noCallbacks(_ given: Given) -> Fault {
        let message = "'\(given.param)' is not taken: nobody is called when a job ends. Ask for its status instead."
        return Fault(.notImplemented, message, param: given.param, code: "not_supported")
    }

    /// Two numbers that are a size together.
    private mutating func grantWidthAndHeight(to job: inout Job) throws(Fault) {
        guard has("width"), has("height"), let width = try integer("width"), let height = try integer("height") else { return }
        guard let size = Size("\(width)x\(height)"), job.shape.size == nil || job.shape.size == size else {
            let message = "'width' and 'height' are no size, or not the one that 'size' says."
            throw Fault(.invalid, message, param: "width", code: "invalid_value")
        }
        job.shape.size = size
        spellings["size"] = "width"
    }

    /// Remembers under which name the client asked for a neutral field.
    private mutating func note(_ wish: Wish, _ given: Given, _ before: Shape, _ after: Shape) {
        if let field = wish.field { spellings[field] = given.param }
        if before.size != after.size { spellings["size"] = given.param }
        if before.tier != after.tier { spellings["resolution"] = given.param }
        if before.ratio != after.ratio { spellings["aspect_ratio"] = given.param }
    }
}

extension Job {
    /// For dialects whose answers have room for one clip: nobody pays for others that he is not told of.
    func refuseSeveral(_ fields: Fields) throws(Fault) {
        guard count != 1 else { return }
        let name = fields.spellings["count"] ?? "n"
        throw Fault(
            .unsupported, "'\(name)' must be 1: one clip is made for each request. Send several requests.", param: name,
            code: "invalid_value")
    }
}
