import Jobs
import Wire

/// SiliconFlow's Wan 2.2: five seconds, a size that must be given, and a question that is a POST. Results live ten minutes, their links
/// an hour.
struct SiliconFlow: Vendor {
    let card = {
        var card = VendorCard(
            name: "siliconflow", title: "SiliconFlow", docs: "https://docs.siliconflow.cn/docs/api/video-submit-post",
            host: "https://api.siliconflow.{domain}", auth: .bearer, secrets: ["api_key": ["SILICONFLOW_API_KEY"]])
        // Abroad the same API stands at .com, with another list of models.
        card.settings = [VendorCard.Setting("domain", fallback: "cn", choices: ["cn", "com"])]
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline]]
        card.resultTTL = .seconds(3600)
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body: JSONValue = ["model": .string(model.upstream)]
        if case .object(let members) = try FlatBody(job, on: model).members { for (name, value) in members { body[name] = value } }
        return Call(.start, .post, path: "/v1/video/submit", body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["requestId"]?.string, !id.isEmpty else { throw .withoutID("no requestId") }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .post, path: "/v1/video/status", body: .json(["requestId": .string(ticket[0])])))
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if reply.status == 404 {
            return .progress(.failed(VendorError(reply, message: reply.json?["message"]?.string).fault(.vendorExpired)))
        }
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        switch json["status"]?.string {
        case "InQueue": return .progress(.queued)
        case "InProgress": return .progress(.running(percent: nil))
        case "Succeed": return .progress(finished(json))
        case "Failed": return .progress(.failed(failure(json["reason"]?.string, reply)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    private func finished(_ json: JSON) -> Progress {
        let urls = (json["results"]?["videos"]?.elements ?? []).compactMap { $0["url"]?.string }
        return urls.isEmpty
            ? .failed(.withoutVideo("no videos in results")) : .done(urls.map { Asset(.video, .url($0, credentials: false)) })
    }

    private func failure(_ reason: String?, _ reply: Reply) -> Fault {
        VendorError(reply, message: reason).fault(VendorError.looksModerated(reason) ? .moderated : .vendorFailed)
    }

    /// The body is an object, or a bare JSON text (`"LoadError token"`). A model that is overloaded has started nothing.
    private func refusal(_ reply: Reply) -> Fault {
        let json = reply.json
        let code = json?["code"]?.numberText
        return VendorError(reply, message: json?["message"]?.string ?? json?.string, code: code).fault(by: SiliconFlow.rules)
    }

    private static let rules: [VendorErrorRule] = [
        .codes("50505", mean: .overloaded, proven: true)
    ]
}
