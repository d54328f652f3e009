import Jobs
import Wire

extension Fields {
    static let promptNames = ["prompt", "prompt_text", "promptText", "text_prompt", "textPrompt", "text"]
    static let modelNames = ["model", "model_id", "modelId", "model_name", "modelName"]

    /// The text that says what to show; nil where there is none, or only one that shows nothing.
    mutating func prompt(atMost limit: Int) throws(Fault) -> String? {
        guard let (given, prompt) = try text(named: Fields.promptNames) else { return nil }
        guard prompt.utf8.count <= limit || prompt.unicodeScalars.count <= limit else {
            throw given.wrongValue("'\(given.param)' must not be longer than \(limit) characters.")
        }
        return prompt
    }

    mutating func neededPrompt(atMost limit: Int) throws(Fault) -> String {
        guard let prompt = try prompt(atMost: limit) else { throw noPrompt }
        return prompt
    }

    /// Whether a model can do without a text beside media, only the catalog knows; without either there is nothing to go by.
    func requirePrompt(for job: Job) throws(Fault) {
        guard job.prompt == nil, job.media.isEmpty else { return }
        throw noPrompt
    }

    /// The name of the model; nil where there is none.
    mutating func model() throws(Fault) -> String? {
        guard let (given, name) = try text(named: Fields.modelNames) else { return nil }
        let model = BlankText.trimmed(name)
        guard model.utf8.count <= Fields.longestModelName else {
            throw given.wrongValue("'\(given.param)' must not be longer than \(Fields.longestModelName) characters.")
        }
        return model
    }

    mutating func neededModel() throws(Fault) -> String {
        guard let model = try model() else { throw Fields.missing("model") }
        return model
    }

    private static let longestModelName = 256

    private var noPrompt: Fault {
        guard let name = Fields.promptNames.first(where: wasBlank) else { return Fields.missing("prompt") }
        return Fault(.invalid, "'\(name)' must not be empty.", param: name, code: "invalid_value")
    }

    /// The one text that stands under any of the names.
    private mutating func text(named names: [String]) throws(Fault) -> (Given, String)? {
        var found: (given: Given, text: String)?
        for name in names {
            guard let given = take(name) else { continue }
            let text = try given.string()
            guard found == nil || found?.text == text else { throw Wish.contradiction(given) }
            found = found ?? (given, text)
        }
        return found
    }
}
