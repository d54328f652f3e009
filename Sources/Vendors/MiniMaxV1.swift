import Jobs
import Wire

/// MiniMax's first video API: Hailuo 2.3 and older. Every answer is HTTP 200; `base_resp.status_code` says what happened. A finished task
/// names a file, and one more call gives its link.
struct MiniMaxV1: TaskVendor {
    var card = {
        var card = VendorCard(
            name: "minimax-v1", title: "MiniMax (Hailuo)", docs: "https://platform.minimax.io/docs/api-reference/video-generation-intro",
            host: "https://api.minimax.io", auth: .bearer, secrets: ["api_key": ["MINIMAX_API_KEY"]])
        card.aliases = ["hailuo"]
        card.settings = [VendorCard.Setting("region", fallback: "intl", choices: ["intl", "cn"])]
        card.pollInterval = .seconds(10)
        card.transports = [.image: [.url, .inline], .video: .url, .audio: .url]
        card.extras = ["fast_pretreatment"]
        card.resultTTL = .seconds(3600)
        return card
    }()
    /// A refusal by its number is proof that no task was made; the numbers of inner errors prove nothing.
    let replies = ReplyRules(
        id: ["task_id"],
        state: StateRules(
            [.queued: ["Preparing", "Queueing"], .running: ["Processing"], .done: ["Success"], .failed: ["Fail"]]),
        errors: ErrorRules(
            messages: ["base_resp.status_msg"], codes: ["base_resp.status_code"], successCodes: ["0"],
            rules: [
                .codes("1002", "1039", mean: .rate, proven: true), .codes("1004", "2049", mean: .credentials, proven: true),
                .codes("1008", "2056", mean: .balance, proven: true), .codes("1026", "1027", mean: .moderated, proven: true),
                .codes("1041", mean: .busy, proven: true), .codes("1042", "2013", mean: .invalid, proven: true),
                // The owner has not proven an identity.
                .codes("2038", mean: .setup, proven: true),
                .codes("1001", mean: .timeout),
                .status([200], means: .unavailable),
            ],
            // The only parameter of a status call is the task's id.
            expiry: [.codes("2013", mean: .expired)], readsModerationWords: false))

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        if settings["region"] == "cn" { vendor.card.hosts[VendorCard.mainHost] = "https://api.minimaxi.com" }
        return vendor
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body: JSONValue = ["model": .string(model.upstream)]
        body["prompt"] = job.prompt.map(JSONValue.string)
        body["prompt_optimizer"] = job.enhancePrompt.map(JSONValue.bool)
        body["first_frame_image"] = job.medium(.firstFrame)?.urlOrDataURI
        body["last_frame_image"] = job.medium(.lastFrame)?.urlOrDataURI
        let subjects = job.media(.reference).map(\.urlOrDataURI)
        if !subjects.isEmpty { body["subject_reference"] = [["type": "character", "image": .array(subjects)]] }
        body["duration"] = job.duration?.seconds.map(JSONValue.double)
        body["resolution"] = model.selectedResolution(for: job).map { .string($0.text.uppercased()) }
        body["aigc_watermark"] = job.watermark.map(JSONValue.bool)
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        return Call(.start, .post, path: "/v1/video_generation", body: .json(body))
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        var call = Call(.status, .get, path: "/v1/query/video_generation")
        call.query.add("task_id", ticket[0])
        call.step = "status"
        return .call(call)
    }

    // MARK: The answers

    /// A failed job has the code 0 where it has no other.
    func failure(_ kind: Fault.Kind, of task: JSON?, in reply: Reply, word: String?) -> Fault {
        replies.errors.failure(kind, of: task, in: reply, word: word ?? "0")
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.step == "result" else { return try pollStep(from: reply, for: ticket) }
        guard replies.errors.isSuccess(reply) else { throw refusal(reply) }
        return .progress(try fileProgress(from: reply))
    }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard let file = JSONPath.string(at: ["file_id"], in: task) else {
            return .progress(.failed(.withoutVideo("no file_id")))
        }
        var call = Call(.result, .get, path: "/v1/files/retrieve")
        call.query.add("file_id", file)
        call.step = "result"
        return .call(call)
    }

    private func fileProgress(from reply: Reply) throws(Fault) -> Progress {
        let file = try reply.parsed()["file"]
        let links = [file?["download_url"]?.string, file?["backup_download_url"]?.string].compactMap(\.self)
        guard let url = links.first(where: { !$0.isEmpty }) else {
            return .failed(.withoutVideo("no download_url"))
        }
        let bytes = file?["bytes"]?.int
        return .done([Asset(.video, .url(url, credentials: false), bytes: bytes == 0 ? nil : bytes)])
    }
}
