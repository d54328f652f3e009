import Jobs

/// Parameters of other APIs that choose the form of the answer, not the video. A value that describes this server's answers is accepted.
/// With any other the client could not read the answer, so the request is refused before anything is paid.
enum ResponseOptions {
    private struct Choice {
        let names: Set<Parameter.Key>
        /// Values that describe every answer.
        let satisfiedValues: Set<String>
        /// Values that are refused; nil for all others.
        let rejectedValues: Set<String>?
        let reason: String
    }

    /// Whether the parameter is one of these and its value is accepted. A value that is in neither set may have a meaning for a vendor.
    /// - Throws: a fault for a refused value.
    static func isSatisfied(_ input: InputValue, as name: String) throws(Fault) -> Bool {
        let key = Parameter.Key(name)
        guard let choice = choices.first(where: { $0.names.contains(key) }) else { return false }
        let word = input.bool.map(String.init) ?? input.trimmed?.lowercased() ?? ""
        if choice.satisfiedValues.contains(word) { return true }
        if let rejectedValues = choice.rejectedValues, !rejectedValues.contains(word) { return false }
        let message = "'\(input.param)' cannot be \(input.shown) here: \(choice.reason)"
        throw Fault(.unsupported, message, param: input.param, code: "not_supported")
    }

    private static let choices: [Choice] = [
        Choice(
            names: Parameter.Key.set("stream", "streaming"), satisfiedValues: ["false"], rejectedValues: nil,
            reason: "the answer is one JSON object, not a stream of events. Leave it out, then ask for the job's status."),
        Choice(
            names: Parameter.Key.set("response_format"), satisfiedValues: ["url", "video", "mp4", "json"], rejectedValues: nil,
            reason: "the video is fetched by its URL or as the job's content. Use 'url' or leave it out."),
        Choice(
            names: Parameter.Key.set("output_format", "output_type", "return_type"), satisfiedValues: ["url"],
            rejectedValues: ["b64_json", "b64", "base64", "b64_ephemeral", "binary", "bytes", "data_uri", "gif"],
            reason: "the video is fetched by its URL or as the job's content. Use 'url' or leave it out."),
        Choice(
            names: Parameter.Key.set("async", "is_async", "background"), satisfiedValues: ["true"], rejectedValues: nil,
            reason: "the answer is the id of a job. Leave it out, then ask for the job's status."),
        Choice(
            names: Parameter.Key.set("sync", "sync_mode", "is_sync", "blocking", "wait", "wait_for_completion"), satisfiedValues: ["false"],
            rejectedValues: nil,
            reason: "the answer is the id of a job. Leave it out, then ask for the job's status."),
        Choice(
            names: Parameter.Key.set("return_base64", "return_bytes", "base64_output", "enable_base64_output"), satisfiedValues: ["false"],
            rejectedValues: nil, reason: "the video is fetched by its URL or as the job's content. Leave it out."),
    ]
}
