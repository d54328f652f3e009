import Jobs
import Wire

/// Decart's Lucy edits videos. The file is a part of the call, and the result is fetched with the key.
struct Decart: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "decart", title: "Decart", docs: "https://docs.platform.decart.ai", host: "https://api.decart.ai",
            auth: .header("x-api-key", prefix: ""), secrets: ["api_key": ["DECART_API_KEY"]])
        card.pollInterval = .seconds(2)
        card.transports = [.image: .inline, .video: .inline]
        return card
    }()
    let replies = ReplyRules(
        id: ["job_id"],
        state: StateRules([.queued: ["pending"], .running: ["processing"], .done: ["completed"], .failed: ["failed"]]),
        errors: ErrorRules(messages: ["error", "error.message", "message", "detail"]))

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var parts: [Call.Part] = []
        if let prompt = job.prompt { parts.append(.text(name: "prompt", prompt)) }
        if let picture = job.medium(.reference) { parts.append(try file("reference_image", picture)) }
        if let clip = job.medium(.source) { parts.append(try file("data", clip)) }
        if let seed = job.seed { parts.append(.text(name: "seed", String(seed))) }
        if let resolution = model.selectedResolution(for: job) { parts.append(.text(name: "resolution", resolution.text)) }
        // As the vendor's own client, in Python, spells it.
        if let enhance = job.enhancePrompt { parts.append(.text(name: "enhance_prompt", enhance ? "True" : "False")) }
        return Call(.start, .post, path: "/v1/jobs/" + Percent.encoded(model.upstream), body: .multipart(parts))
    }

    func statusCall(for ticket: Ticket) -> PollStep { .call(Call(.status, .get, path: path(ticket))) }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        .progress(.done([Asset(.video, .call(Call(.content, .get, path: path(ticket) + "/content")))]))
    }

    private func path(_ ticket: Ticket) -> String { "/v1/jobs/\(Percent.encoded(ticket[0]))" }

    private func file(_ name: String, _ medium: InputMedia) throws(Fault) -> Call.Part {
        .file(name: name, fileName: name, .bytes, try medium.contents().1)
    }
}
