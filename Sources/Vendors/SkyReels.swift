import Jobs
import Wire

/// Skywork's SkyReels: one route for each kind of work, under which the task is known too. The key stands in the body of a submission, a
/// question carries none; the code in an answer's body counts, whatever its HTTP status.
struct SkyReels: Vendor {
    let card = {
        var card = VendorCard(
            name: "skyreels", title: "SkyReels", docs: "https://apis.skyreels.ai", host: "https://apis.skyreels.ai",
            auth: .bodyMember("api_key"), secrets: ["api_key": ["SKYREELS_API_KEY"]])
        card.aliases = ["skywork"]
        card.pollInterval = .seconds(10)
        card.transports = [.image: .url]
        card.extras = ["mode"]
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let body = try FlatBody(job, on: model, extras: card.extras).members
        return Call(.start, .post, path: "\(SkyReels.root)/\(SkyReels.kind(of: job))/submit", body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let code = code(of: reply)
        guard code == 200 else { throw refusal(reply, code) }
        guard let id = try reply.parsed()["task_id"]?.string, !id.isEmpty else { throw .withoutID("no task_id") }
        guard case .path(_, let path) = call.target else { return Ticket(id, "") }
        return Ticket(id, String(path.dropFirst(SkyReels.root.count + 1).prefix { $0 != "/" }))
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "\(SkyReels.root)/\(Percent.encoded(ticket[1]))/task/\(Percent.encoded(ticket[0]))"))
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        switch code(of: reply) {
        case 200: break
        case 404, 410: return .progress(.failed(VendorError(reply, message: words(of: reply)).fault(.vendorExpired)))
        case 503 where isTask(reply): return .progress(.failed(refusal(reply, 503)))
        case let code: throw refusal(reply, code)
        }
        let json = try reply.parsed()
        switch json["status"]?.string {
        case "submitted", "pending": return .progress(.queued)
        case "running": return .progress(.running(percent: nil))
        case "success": return .progress(finished(json))
        case "failed":
            let message = words(of: reply)
            let kind: Fault.Kind = VendorError.looksModerated(message) ? .moderated : .vendorFailed
            return .progress(.failed(VendorError(reply, message: message).fault(kind)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    private static let root = "/api/v1/video"

    private static func kind(of job: Job) -> String {
        if job.medium(.reference) != nil { return "multiobject" }
        return job.medium(.firstFrame) != nil ? "image2video" : "text2video"
    }

    private func finished(_ json: JSON) -> Progress {
        guard let url = json["data"]?["video_url"]?.string, !url.isEmpty else { return .failed(.withoutVideo("no data.video_url")) }
        return .done([Asset(.video, .url(url, credentials: false))])
    }

    // MARK: Refusals

    /// The codes of the body: 480 and 481 for credits and quota, 503 for a breach of the content rules. Only a code of 500 leaves open
    /// whether a task was made.
    private func refusal(_ reply: Reply, _ code: Int) -> Fault {
        var refusal = VendorError(reply, message: words(of: reply), code: code == reply.status ? nil : String(code))
        refusal.status = code
        let hasCode = reply.json?["code"]?.int != nil
        var fault = refusal.fault(by: hasCode ? SkyReels.rules : [])
        if hasCode, (400..<500).contains(code) || code == 503 { fault.sent = .no }
        return fault
    }

    /// By the code in the body, which takes the place of the HTTP status.
    private static let rules: [VendorErrorRule] = [
        .status([480, 481], means: .balance), .status([429], means: .busy), .status([503], means: .moderated),
    ]

    private func code(of reply: Reply) -> Int { reply.json?["code"]?.int ?? reply.status }

    private func isTask(_ reply: Reply) -> Bool { reply.json?["code"]?.int != nil }

    private func words(of reply: Reply) -> String? { reply.json?["msg"]?.string.flatMap { $0.isEmpty ? nil : $0 } }
}
