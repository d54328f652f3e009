import Jobs

/// Parameters with which clients of other APIs choose the form of the answer rather than the clip. Where the wish is what happens anyway,
/// it is fulfilled; otherwise the client could not read the answer, so the request is refused before anything is paid.
enum ResponseOptions {
    private struct Choice {
        let names: Set<ParameterKey>
        /// What is true of every answer.
        let satisfiedValues: Set<String>
        /// What is refused; nil for everything else.
        let rejectedValues: Set<String>?
        let reason: String
    }

    /// Whether the parameter is one of these and fulfilled. One that has other uses as well is left to the vendors.
    /// - Throws: a fault where it cannot be fulfilled.
    static func isSatisfied(_ input: InputValue, as name: String) throws(Fault) -> Bool {
        let key = ParameterKey(name)
        guard let choice = choices.first(where: { $0.names.contains(key) }) else { return false }
        let word = input.bool.map(String.init) ?? input.trimmed?.lowercased() ?? ""
        if choice.satisfiedValues.contains(word) { return true }
        if let rejectedValues = choice.rejectedValues, !rejectedValues.contains(word) { return false }
        let message = "'\(input.param)' cannot be \(input.shown) here: \(choice.reason)"
        throw Fault(.unsupported, message, param: input.param, code: "not_supported")
    }

    private static let choices: [Choice] = [
        Choice(
            names: ParameterKey.set("stream", "streaming"), satisfiedValues: ["false"], rejectedValues: nil,
            reason: "the answer is one JSON object, not a stream of events. Leave it out, then ask for the job's status."),
        Choice(
            names: ParameterKey.set("response_format"), satisfiedValues: ["url", "video", "mp4", "json"], rejectedValues: nil,
            reason: "the video is fetched by its URL or as the job's content. Use 'url' or leave it out."),
        Choice(
            names: ParameterKey.set("output_format", "output_type", "return_type"), satisfiedValues: ["url"],
            rejectedValues: ["b64_json", "b64", "base64", "b64_ephemeral", "binary", "bytes", "data_uri", "gif"],
            reason: "the video is fetched by its URL or as the job's content. Use 'url' or leave it out."),
        Choice(
            names: ParameterKey.set("async", "is_async", "background"), satisfiedValues: ["true"], rejectedValues: nil,
            reason: "the answer is the id of a job. Leave it out, then ask for the job's status."),
        Choice(
            names: ParameterKey.set("sync", "sync_mode", "is_sync", "blocking", "wait", "wait_for_completion"), satisfiedValues: ["false"],
            rejectedValues: nil,
            reason: "the answer is the id of a job. Leave it out, then ask for the job's status."),
        Choice(
            names: ParameterKey.set("return_base64", "return_bytes", "base64_output", "enable_base64_output"), satisfiedValues: ["false"],
            rejectedValues: nil, reason: "the video is fetched by its URL or as the job's content. Leave it out."),
    ]
}
