import Jobs

/// Parameters with which clients of other APIs choose the form of the answer rather than the clip. Where the wish is what happens anyway,
/// it is fulfilled; otherwise the client could not read the answer, so the request is refused before anything is paid.
enum AnswerForm {
    private struct Choice {
        let names: Set<ParameterKey>
        /// What is true of every answer.
        let fulfilled: Set<String>
        /// What is refused; nil for everything else.
        let refused: Set<String>?
        let reason: String
    }

    /// Whether the parameter is one of these and fulfilled. One that has other uses as well is left to the vendors.
    /// - Throws: a fault where it cannot be fulfilled.
    static func isFulfilled(_ given: Given, as name: String) throws(Fault) -> Bool {
        let key = ParameterKey(name)
        guard let choice = choices.first(where: { $0.names.contains(key) }) else { return false }
        let word = given.bool.map(String.init) ?? given.trimmed?.lowercased() ?? ""
        if choice.fulfilled.contains(word) { return true }
        if let refused = choice.refused, !refused.contains(word) { return false }
        let message = "'\(given.param)' cannot be \(given.shown) here: \(choice.reason)"
        throw Fault(.unsupported, message, param: given.param, code: "not_supported")
    }

    private static let choices: [Choice] = [
        Choice(
            names: ParameterKey.set("stream", "streaming"), fulfilled: ["false"], refused: nil,
            reason: "the answer is one JSON object, not a stream of events. Leave it out, then ask for the job's status."),
        Choice(
            names: ParameterKey.set("response_format"), fulfilled: ["url", "video", "mp4", "json"], refused: nil,
            reason: "the video is fetched by its URL or as the job's content. Use 'url' or leave it out."),
        Choice(
            names: ParameterKey.set("output_format", "output_type", "return_type"), fulfilled: ["url"],
            refused: ["b64_json", "b64", "base64", "b64_ephemeral", "binary", "bytes", "data_uri", "gif"],
            reason: "the video is fetched by its URL or as the job's content. Use 'url' or leave it out."),
        Choice(
            names: ParameterKey.set("async", "is_async", "background"), fulfilled: ["true"], refused: nil,
            reason: "the answer is the id of a job. Leave it out, then ask for the job's status."),
        Choice(
            names: ParameterKey.set("sync", "sync_mode", "is_sync", "blocking", "wait", "wait_for_completion"), fulfilled: ["false"],
            refused: nil,
            reason: "the answer is the id of a job. Leave it out, then ask for the job's status."),
        Choice(
            names: ParameterKey.set("return_base64", "return_bytes", "base64_output", "enable_base64_output"), fulfilled: ["false"],
            refused: nil, reason: "the video is fetched by its URL or as the job's content. Leave it out."),
    ]
}
