import Jobs

extension Fields {
    /// Grants every wish that is left in the body. What is then still left goes along by its own name: the lists of the vendors decide
    /// whether anybody takes it, and the client is told where nobody does.
    mutating func grantWishes(to job: inout Job) throws(Fault) {
        try unfold("extra_body")
        try grantWidthAndHeight(to: &job)
        for (name, given) in rest {
            if let wish = Wish.spellings[name] {
                let before = job.shape
                try wish.grant(given, to: &job)
                note(wish, given, before, job.shape)
            } else {
                guard !Fields.callbacks.contains(name) else { throw Fields.noCallbacks(given) }
                guard given.file == nil else {
                    throw Fault(.unsupported, "No file is expected by the name '\(name)'.", param: name, code: "unknown_parameter")
                }
                job.extras.append((name, given.passedOn))
            }
            _ = take(name)
        }
    }

    /// Where other APIs are told whom to call when a job ends. A client that waits for a call that never comes would wait for ever, so
    /// this is refused even where other unknown fields are left out with a warning.
    private static let callbacks: Set<String> = [
        "callback", "callback_url", "callBackUrl", "callbackUrl", "notify_hook", "notify_url", "webhook", "webhook_url", "webhook_secret",
    ]

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

    /// The text that says what to show.
    mutating func neededPrompt(atMost limit: Int) throws(Fault) -> String {
        let given = try needed("prompt")
        let prompt = try given.string()
        guard !prompt.isEmpty else { throw given.wrongValue("'prompt' must not be empty.") }
        guard prompt.utf8.count <= limit || prompt.unicodeScalars.count <= limit else {
            throw given.wrongValue("'prompt' must not be longer than \(limit) characters.")
        }
        return prompt
    }

    mutating func neededModel() throws(Fault) -> String {
        let given = try needed("model")
        let model = try given.string()
        guard !model.isEmpty else { throw given.wrongValue("'model' must not be empty.") }
        return model
    }
}

extension Job {
    /// For dialects whose answers have room for one clip: nobody pays for others that he is not told of.
    func refuseSeveral() throws(Fault) {
        guard count != 1 else { return }
        throw Fault(.unsupported, "One clip is made for each request; send several requests.", param: "n", code: "invalid_value")
    }
}
