import Jobs
import Wire

extension InputFields {
    static let promptNames = ["prompt", "prompt_text", "promptText", "text_prompt", "textPrompt", "text"]
    static let modelNames = ["model", "model_id", "modelId", "model_name", "modelName"]

    /// The prompt; nil if there is none or only a blank one.
    mutating func prompt(atMost limit: Int) throws(Fault) -> String? {
        guard let (input, prompt) = try text(named: InputFields.promptNames) else { return nil }
        guard prompt.utf8.count <= limit || prompt.unicodeScalars.count <= limit else {
            throw input.wrongValue("'\(input.param)' must not be longer than \(limit) characters.")
        }
        return prompt
    }

    mutating func requiredPrompt(atMost limit: Int) throws(Fault) -> String {
        guard let prompt = try prompt(atMost: limit) else { throw missingPromptFault }
        return prompt
    }

    /// Refuses a job that has neither a prompt nor media. Whether a model needs a prompt besides media, only the catalog knows.
    func requirePrompt(for job: Job) throws(Fault) {
        guard job.prompt == nil, job.media.isEmpty else { return }
        throw missingPromptFault
    }

    /// The name of the model; nil if there is none.
    mutating func model() throws(Fault) -> String? {
        guard let (input, name) = try text(named: InputFields.modelNames) else { return nil }
        let model = BlankText.trimmed(name)
        guard model.utf8.count <= InputFields.maxModelNameLength else {
            throw input.wrongValue("'\(input.param)' must not be longer than \(InputFields.maxModelNameLength) characters.")
        }
        return model
    }

    mutating func requiredModel() throws(Fault) -> String {
        guard let model = try model() else { throw InputFields.missing("model") }
        return model
    }

    private static let maxModelNameLength = 256

    private var missingPromptFault: Fault {
        guard let name = InputFields.promptNames.first(where: wasBlank) else { return InputFields.missing("prompt") }
        return Fault(.invalid, "'\(name)' must not be empty.", param: name, code: "invalid_value")
    }

    /// The text under any of the names.
    /// - Throws: a fault if two of them have different texts.
    private mutating func text(named names: [String]) throws(Fault) -> (InputValue, String)? {
        var found: (input: InputValue, text: String)?
        for name in names {
            guard let input = take(name) else { continue }
            let text = try input.string()
            guard found == nil || found?.text == text else { throw Parameter.contradictionFault(input) }
            found = found ?? (input, text)
        }
        return found
    }
}
