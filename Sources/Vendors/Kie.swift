import Jobs
import Wire

/// Kie.ai's market: one create call with the model's own input inside, and records that are asked for by their id. Every answer is HTTP
/// 200; the code in the body counts, and a finished record has its result as JSON inside a text.
struct Kie: Vendor {
    let card = {
        var card = VendorCard(
            name: "kie", title: "Kie.ai", docs: "https://docs.kie.ai/market/common/get-task-detail", host: "https://api.kie.ai",
            auth: .bearer,
            secrets: ["api_key": ["KIE_API_KEY"]])
        card.pollInterval = .seconds(5)
        card.transports = [.image: .url, .video: .url, .audio: .url]
        card.extras = ["camera_fixed", "cfg_scale", "enable_safety_checker", "mode", "multi_prompt", "multi_shots", "nsfw_checker"]
        card.resultTTL = .seconds(24 * 3600)
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let input = try FlatBody(job, on: model, extras: card.extras).members
        return Call(.start, .post, path: "/api/v1/jobs/createTask", body: .json(["model": .string(model.upstream), "input": input]))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let data = try data(of: reply)
        guard let id = data["taskId"]?.string, !id.isEmpty else { throw .withoutID("no taskId") }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        var call = Call(.status, .get, path: "/api/v1/jobs/recordInfo")
        call.query.add("taskId", ticket[0])
        return .call(call)
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if code(of: reply) == 404 { return .progress(.failed(VendorError(reply, message: words(of: reply)).fault(.vendorExpired))) }
        let data = try data(of: reply)
        switch data["state"]?.string {
        case "waiting", "queuing": return .progress(.queued)
        case "generating": return .progress(.running(percent: data["progress"]?.percent()))
        case "success": return .progress(finished(data))
        case "fail": return .progress(.failed(failure(data, reply)))
        case let word: return .progress(.unknown(word ?? "no state"))
        }
    }

    private func finished(_ data: JSON) -> Progress {
        let result = data["resultJson"]?.string.flatMap { try? JSON(parsing: $0) }
        let urls = (result?["resultUrls"]?.elements ?? []).compactMap(\.string)
        return urls.isEmpty ? .failed(.withoutVideo("no resultUrls")) : .done(urls.map { Asset(.video, .url($0, credentials: false)) })
    }

    private func failure(_ data: JSON, _ reply: Reply) -> Fault {
        let message = data["failMsg"]?.string
        let refusal = VendorError(reply, message: message, code: data["failCode"]?.string)
        return refusal.fault(VendorError.looksModerated(message) ? .moderated : .vendorFailed)
    }

    /// What stands under `data` where the code is 200.
    /// - Throws: the fault that the code means; every code below 500, maintenance (455) and a feature that is switched off (505) are given
    ///   before a task exists.
    private func data(of reply: Reply) throws(Fault) -> JSON {
        let code = code(of: reply)
        if code == 200 {
            guard let data = try reply.parsed()["data"], !data.isNull else {
                throw Fault(.vendorNonsense, "The vendor's answer could not be read.", detail: "no data")
            }
            return data
        }
        var refusal = VendorError(reply, message: words(of: reply), code: String(code))
        refusal.status = code
        var fault = refusal.fault(by: Kie.rules)
        if (400..<500).contains(code) && code != 408 || code == 505 { fault.sent = .no }
        throw fault
    }

    /// By the code in the body, which takes the place of the HTTP status.
    private static let rules: [VendorErrorRule] = [.status([455], means: .unavailable), .status([505], means: .invalid)]

    private func code(of reply: Reply) -> Int { reply.json?["code"]?.int ?? reply.status }

    private func words(of reply: Reply) -> String? { reply.json?["msg"]?.string ?? reply.json?["message"]?.string }
}
