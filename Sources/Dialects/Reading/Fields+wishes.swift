import Jobs

extension Fields {
    /// Grants every wish that is left in the body. What is then still left goes along by its own name: the lists of the vendors decide whether
    /// anybody takes it, and the client is told where nobody does.
    mutating func grantWishes(to job: inout Job) throws(Fault) {
        try unfold("extra_body")
        for (name, given) in rest {
            if let wish = Wish.spellings[name] {
                try wish.grant(given, to: &job)
            } else {
                guard given.file == nil else {
                    throw Fault(.unsupported, "No file is expected by the name '\(name)'.", param: name, code: "unknown_parameter")
                }
                job.extras.append((name, given.passedOn))
            }
            _ = take(name)
        }
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
