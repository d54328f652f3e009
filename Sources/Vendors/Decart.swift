import Jobs
import Wire

/// Decart's Lucy: clips are edited. The file travels as a part of the call, and the result is fetched with the key.
struct Decart: Vendor {
    let card = {
        var card = VendorCard(
            name: "decart", title: "Decart", docs: "https://docs.platform.decart.ai", host: "https://api.decart.ai",
            auth: .header("x-api-key", prefix: ""), secrets: ["api_key": ["DECART_API_KEY"]])
        card.pollInterval = .seconds(2)
        card.transports = [.image: .inline, .video: .inline]
        return card
    }()

    func start(_ job: Job, on model: Model) throws(Fault) -> Call {
        var parts: [Call.Part] = []
        if let prompt = job.prompt { parts.append(.text(name: "prompt", prompt)) }
        if let picture = job.medium(.reference) { parts.append(try file("reference_image", picture)) }
        if let clip = job.medium(.source) { parts.append(try file("data", clip)) }
        if let seed = job.seed { parts.append(.text(name: "seed", String(seed))) }
        if let tier = model.chosenTier(for: job) { parts.append(.text(name: "resolution", tier.text)) }
        // As the vendor's own client, in Python, spells it.
        if let enhance = job.enhancePrompt { parts.append(.text(name: "enhance_prompt", enhance ? "True" : "False")) }
        return Call(.start, .post, "/v1/jobs/" + Percent.encoded(model.upstream), body: .multipart(parts))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["job_id"]?.string, !id.isEmpty else { throw .withoutID("no job_id") }
        return Ticket(id)
    }

    func ask(_ ticket: Ticket) -> Finding { .ask(Call(.status, .get, path(ticket))) }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> Finding {
        if reply.status == 404 { return .progress(.failed(Refusal(reply).fault(.vendorExpired))) }
        guard reply.isSuccess else { throw refusal(reply) }
        switch try reply.parsed()["status"]?.string {
        case "pending": return .progress(.queued)
        case "processing": return .progress(.running(percent: nil))
        case "completed": return .progress(.done([Asset(.video, .call(Call(.content, .get, path(ticket) + "/content")))]))
        case "failed":
            let message = reply.json.flatMap(Refusal.sentence)
            return .progress(.failed(Refusal(reply, message: message).fault(Refusal.soundsModerated(message) ? .moderated : .vendorFailed)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    private func path(_ ticket: Ticket) -> String { "/v1/jobs/\(Percent.encoded(ticket[0]))" }

    private func file(_ name: String, _ medium: Medium) throws(Fault) -> Call.Part {
        .file(name: name, fileName: name, .bytes, try medium.contents().1)
    }

    private func refusal(_ reply: Reply) -> Fault { Refusal(reply).fault }
}
