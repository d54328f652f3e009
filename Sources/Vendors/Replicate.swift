import Jobs
import Wire

/// Replicate's predictions: official models by `owner/name`, any other by its version. Each model has an input of its own, with the names
/// that the catalog's `wire` has. Results are deleted after an hour.
struct Replicate: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "replicate", title: "Replicate", docs: "https://replicate.com/docs/reference/http", host: "https://api.replicate.com/v1",
            auth: .bearer, secrets: ["api_key": ["REPLICATE_API_TOKEN"]])
        card.pollInterval = .seconds(3)
        card.transports = [.image: [.url, .upload], .video: [.url, .upload], .audio: [.url, .upload]]
        card.extras = [
            "camera_fixed", "cfg_scale", "go_fast", "guidance_scale", "num_frames", "num_inference_steps", "prompt_optimizer",
            "sample_shift",
        ]
        card.resultTTL = .seconds(3600)
        return card
    }()
    let replies = ReplyRules(
        state: StateRules(
            [
                .queued: ["starting"], .running: ["processing"], .done: ["succeeded"], .failed: ["failed"],
                .cancelled: ["canceled", "aborted"],
            ]),
        result: ResultRules(videos: ["output", "output[]", "output.video"]),
        // The model is in the path, or in an unknown version.
        errors: ErrorRules(messages: ["error", "error.detail"], rules: [.status([404], means: .model)]))

    /// Bytes become a file of the vendor's, which lives for a day.
    func uploadStep(for medium: InputMedia, of job: Job, on model: Model, after replies: [Reply]) throws(Fault) -> UploadStep {
        if let reply = replies.first {
            guard reply.isSuccess else { throw refusal(reply) }
            guard let url = try reply.parsed().at("urls", "get")?.string else {
                throw Fault(.vendorNonsense, "The vendor took the file but gave no URL for it.", detail: "no urls.get", sent: .no)
            }
            return .done(.url(url))
        }
        let (type, bytes) = try medium.contents()
        let file = Call.Part.file(name: "content", fileName: medium.uploadName, type, bytes)
        return .call(Call(.upload, .post, path: "/files", body: .multipart([file])))
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let input = try FlatBody(job, on: model, extras: card.extras).members
        let halves = model.upstream.split(separator: ":", maxSplits: 1).map(String.init)
        if halves.count == 2 {
            return Call(.start, .post, path: "/predictions", body: .json(["version": .string(halves[1]), "input": input]))
        }
        let segments = model.upstream.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count == 2, segments.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            let message = "'\(model.upstream)' is neither 'owner/name' nor 'owner/name:version'."
            throw Fault(.unknownModel, message, param: "model", sent: .no)
        }
        let path = "/models/" + Percent.encoded(model.upstream, allowing: "/") + "/predictions"
        return Call(.start, .post, path: path, body: .json(["input": input]))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: path(ticket))) }

    func cancelCall(for ticket: Ticket) -> Call? { Call(.cancel, .post, path: path(ticket) + "/cancel") }

    private func path(_ ticket: Ticket) -> String { "/predictions/" + Percent.encoded(ticket[0]) }

    // MARK: The answers

    /// `output` is a URL or a list of them; it is null when the hour is over.
    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let assets = replies.result.assets(in: task)
        guard assets.isEmpty, task["data_removed"]?.bool == true else { return .progress(finished(with: assets, task, reply)) }
        return .progress(.failed(failure(.vendorExpired, of: task, in: reply, word: "data_removed")))
    }

    /// The model's log has the progress.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let step = try pollStep(from: reply, for: ticket)
        guard case .progress(.running) = step else { return step }
        return .progress(.running(percent: reply.json?["logs"]?.string.flatMap(Replicate.percent)))
    }

    /// The last `42%` that the model wrote into its log.
    private static func percent(in logs: String) -> Int? {
        let bytes = Bytes(logs.utf8)
        guard let mark = bytes.lastIndex(of: UInt8(ascii: "%")) else { return nil }
        let digits = bytes[..<mark].reversed().prefix(3).prefix { (0x30...0x39).contains($0) }
        return Int(String(decoding: digits.reversed(), as: UTF8.self)).map { min($0, 100) }
    }

    func refusal(_ reply: Reply) -> Fault {
        var error = replies.errors.error(reply)
        if error.retryAfter == nil, let seconds = reply.json?["retry_after"]?.double, (0...3600).contains(seconds) {
            error.retryAfter = Number.duration(seconds: seconds)
        }
        return replies.errors.refusal(error)
    }
}
