import Jobs
import Wire

/// Vidu: a path for each kind of job, images in one list, tasks with their creations. Its key is no bearer but a `Token`.
struct Vidu: TaskVendor {
    var card = {
        var card = VendorCard(
            name: "vidu", title: "Vidu", docs: "https://platform.vidu.com/docs/introduction", host: "https://api.vidu.com",
            auth: .header(.authorization, prefix: "Token "), secrets: ["api_key": ["VIDU_API_KEY"]])
        card.settings = [VendorCard.Setting("region", fallback: "intl", choices: ["intl", "cn"])]
        card.pollInterval = .seconds(10)
        card.transports = [.image: [.url, .inline], .video: .url, .audio: .url]
        card.extras = ["audio_type", "bgm", "is_rec", "meta_data", "movement_amplitude", "off_peak", "payload", "voice_id", "wm_position"]
        card.resultTTL = .seconds(24 * 3600)
        return card
    }()
    /// A failed task has a word for the reason and no sentence.
    let replies = ReplyRules(
        id: ["task_id"],
        state: StateRules(
            at: ["state"], [.queued: ["created", "queueing"], .running: ["processing"], .done: ["success"], .failed: ["failed"]],
            percent: ["progress"]),
        result: ResultRules(videos: ["creations[].url"], thumbnails: ["creations[].cover_url"]),
        errors: ErrorRules(
            messages: ["message"], codes: ["err_code", "reason"], rules: Vidu.rules,
            failures: [Vidu.moderation, .codes("UserCancelled", "Canceled", mean: .cancelled)],
            expiry: [ErrorRules.notFound, .codes("TaskNotFound", mean: .expired)], readsModerationWords: false))

    private static let moderation = VendorErrorRule.codes("*PolicyViolation", "AuditSubmitIllegal", mean: .moderated)

    private static let rules: [VendorErrorRule] = [
        moderation,
        .codes("CreditInsufficient", mean: .balance),
        .codes("QuotaExceeded", "OperationInProcess", mean: .busy),
        .codes("TooManyRequests", "SystemThrottling", mean: .rate),
        .codes("Unauthorized", mean: .credentials),
        .codes("ModelUnavailable", mean: .overloaded),
    ]

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        if settings["region"] == "cn" { vendor.card.hosts[VendorCard.mainHost] = "https://api.vidu.cn" }
        return vendor
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let kind = kind(job)
        var body: JSONValue = ["model": .string(model.upstream)]
        body["style"] = job.style.map(JSONValue.string)
        if let subjects = subjects(job) {
            body["subjects"] = .array(subjects)
        } else if !job.media.isEmpty {
            body["images"] = .array(pictures(job))
        }
        body["prompt"] = job.prompt.map(JSONValue.string)
        body["duration"] = job.duration?.seconds.map(JSONValue.double)
        body["seed"] = job.seed.map(JSONValue.int)
        body["aspect_ratio"] = model.selectedAspectRatio(for: job).map { .string($0.description) }
        body["resolution"] = model.selectedResolution(for: job).map { .string($0.text) }
        body["audio"] = job.audio.map(JSONValue.bool)
        body["watermark"] = job.watermark.map(JSONValue.bool)
        for (name, value) in job.extras where card.extras.contains(name) { body[name] = value }
        if FieldNames(model.wire)["stated"] == "usual" { state(&body, kind) }
        // Handed back with the task.
        body["payload"] = body["payload"] ?? job.correlationID.map(JSONValue.string)
        var call = Call(.start, .post, path: "/ent/v2/\(kind)", body: .json(body))
        if case .string(let payload)? = body["payload"], payload == job.correlationID { call.correlationKey = CorrelationKey(payload) }
        return call
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: path(ticket) + "/creations")) }

    /// Only tasks that wait can be cancelled.
    func cancelCall(for ticket: Ticket) -> Call? {
        Call(.cancel, .post, path: path(ticket) + "/cancel", body: .json(["id": .string(ticket[0])]))
    }

    /// Success is `{}` and means that the task is cancelled (platform.vidu.com/docs/cancel-generation).
    func cancelOutcome(from reply: Reply, for ticket: Ticket) -> CancelOutcome { reply.isSuccess ? .cancelled : .refused }

    /// The newest tasks of the account.
    func lookupCall(for correlationKey: CorrelationKey) -> Call? {
        var call = Call(.lookup, .get, path: "/ent/v2/tasks")
        call.query.add("pager.pagesz", "100")
        return call
    }

    func ticket(fromLookup reply: Reply, by correlationKey: CorrelationKey) throws(Fault) -> Ticket? {
        guard reply.isSuccess else { throw refusal(reply) }
        let task = try reply.parsed()["tasks"]?.elements.first { $0["payload"]?.string == correlationKey[0] }
        return task?["id"]?.string.map { Ticket($0) }
    }

    private func path(_ ticket: Ticket) -> String { "/ent/v2/tasks/\(Percent.encoded(ticket[0]))" }

    // MARK: The request

    private func kind(_ job: Job) -> String {
        if job.medium(.reference) != nil { return "reference2video" }
        if job.medium(.lastFrame) != nil { return "start-end2video" }
        return job.medium(.firstFrame) == nil ? "text2video" : "img2video"
    }

    /// The first frame comes before the last.
    private func pictures(_ job: Job) -> [JSONValue] {
        let frames = [job.medium(.firstFrame), job.medium(.lastFrame)].compactMap(\.self)
        return (frames + job.media(.reference)).map(\.urlOrDataURI)
    }

    /// References by the names that the prompt has for them. References without names get the `@names` of the prompt in order, where there
    /// are as many of one as of the other. A subject has at most three images.
    private func subjects(_ job: Job) -> [JSONValue]? {
        let references = job.media(.reference)
        guard !references.isEmpty else { return nil }
        var names = references.compactMap(\.subject?.name)
        if names.isEmpty { names = job.promptNames }
        guard names.count == references.count else { return nil }
        var subjects: [(name: String, images: [JSONValue])] = []
        for (name, reference) in zip(names, references) {
            if let place = subjects.firstIndex(where: { $0.name == name }) {
                subjects[place].images.append(reference.urlOrDataURI)
            } else {
                subjects.append((name, [reference.urlOrDataURI]))
            }
        }
        return subjects.map { ["id": .string($0.name), "images": .array($0.images)] }
    }

    /// What the official tool states with the models that it knows; these are the usual values.
    private func state(_ body: inout JSONValue, _ kind: String) {
        if kind == "text2video" { body["style"] = body["style"] ?? "general" }
        body["seed"] = body["seed"] ?? 0
        body["movement_amplitude"] = body["movement_amplitude"] ?? "auto"
        body["bgm"] = body["bgm"] ?? false
    }
}
