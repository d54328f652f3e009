import Jobs
import Wire

/// Siraya's model router: one create call for every vendor behind it, held or not as `async` says. Each model has names of its own for
/// length, frame and images; the catalog's `wire` has them.
struct Siraya: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "siraya", title: "Siraya Model Router", docs: "https://docs.siraya.ai/docs/api-reference/generative-model-api",
            host: "https://llm.siraya.ai", auth: .bearer, secrets: ["api_key": ["SIRAYA_API_KEY"]])
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline], .video: .url, .audio: .url]
        card.extras = ["camera_fixed", "provider", "zdr"]
        card.resultTTL = .seconds(24 * 3600)
        // No provider for the model: nothing was started.
        card.refusalStatuses = [503]
        return card
    }()
    /// The reply that waits for the video has no state.
    let replies = ReplyRules(
        state: StateRules(
            [.queued: ["queued"], .running: ["processing", "in_progress"], .done: ["completed"], .failed: ["failed"]], percent: ["progress"]
        ),
        result: ResultRules(videos: ["output_url", "data[0].url"]),
        errors: ErrorRules(messages: ["error.message", "error", "message"], codes: ["error.type"]))

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let wire = FieldNames(model.wire)
        var body: JSONValue = ["model": .string(model.upstream)]
        if case .object(let members) = try FlatBody(job, on: model, elsewhere: ["media", "watermark"]).members {
            for (name, value) in members { body[name] = value }
        }
        let frames = job.media.filter { $0.role == .firstFrame || $0.role == .lastFrame }
        if frames.contains(where: { $0.role == .lastFrame }) || wire["frames"] != nil && !frames.isEmpty {
            body["frame_images"] = .array(frames.map { ["type": .string($0.role.name), "url": $0.urlOrDataURI] })
        } else {
            body["image_url"] = frames.first?.urlOrDataURI
        }
        let references = job.media(.reference).map { reference($0, wire) }
        if !references.isEmpty { body["input_references"] = .array(references) }
        body["extra_body"] = extra(job, wire)
        // Without it the vendor answers only when the video is complete.
        body["async"] = true
        return Call(.start, .post, path: "/v1/videos/generations", body: .json(body))
    }

    /// The prefix of the URLs of its videos; a ticket leaves it out, because an id is short.
    private static let storageURL = "https://resource.siraya.ai/"

    /// The answer that waits for the video has the video and no id.
    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        if let id = json["id"]?.string, !id.isEmpty { return Ticket(id) }
        if let url = url(in: json) {
            return Ticket("", url.hasPrefix(Siraya.storageURL) ? String(url.dropFirst(Siraya.storageURL.count - 1)) : url)
        }
        throw Fault.withoutID("no id and no data")
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        if ticket[0].isEmpty {
            let url = ticket[1].hasPrefix("/") ? Siraya.storageURL.dropLast() + ticket[1] : ticket[1]
            return .progress(.done([Asset(.video, .url(url, credentials: false))]))
        }
        return .call(Call(.status, .get, path: "/v1/videos/\(Percent.encoded(ticket[0]))"))
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if reply.isSuccess, let json = reply.json, json["status"] == nil, url(in: json) != nil {
            return try finished(json, reply, for: ticket)
        }
        return try pollStep(from: reply, for: ticket)
    }

    // MARK: The request

    /// Wan's references have no type.
    private func reference(_ medium: InputMedia, _ wire: FieldNames) -> JSONValue {
        let role = JSONValue.string("reference_" + medium.kind.rawValue)
        if wire["references"] == "untyped" { return ["role": role, "url": medium.urlOrDataURI] }
        return ["type": .string(medium.kind.rawValue), "url": medium.urlOrDataURI, "role": role]
    }

    /// What goes on to the vendor behind: a watermark where the router has no name of its own for it, and what the client passed through.
    private func extra(_ job: Job, _ wire: FieldNames) -> JSONValue? {
        var extra: [(name: String, value: JSONValue)] = job.extras.filter { card.extras.contains($0.name) }
        if wire["watermark"] == nil, let watermark = job.watermark { extra.append(("watermark", .bool(watermark))) }
        return extra.isEmpty ? nil : .object(extra)
    }

    // MARK: The answers

    private func url(in json: JSON) -> String? {
        let url = json["output_url"]?.string ?? json["data"]?[0]?["url"]?.string
        return url?.contains("://") == true ? url : nil
    }

    /// The page of error codes calls 403 a refusal of the content; keys without rights have a type of their own.
    func refusal(_ reply: Reply) -> Fault {
        let answer = replies.errors.error(reply)
        let fault = replies.errors.refusal(answer)
        let isOpen = reply.status == 403 && fault.kind == .vendorRefused
        return isOpen && answer.code != "permission_denied_error" ? answer.fault(.moderated) : fault
    }
}
