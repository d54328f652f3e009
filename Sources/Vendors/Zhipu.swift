import Jobs
import Wire

/// Zhipu's video API, the same in China (bigmodel.cn) and abroad (z.ai): CogVideoX and resold Vidu. All pictures travel in one field, a
/// text or a list; a failed task gives no reason.
struct Zhipu: Vendor {
    let card: VendorCard

    static let china = Zhipu(
        VendorCard(
            name: "zhipu", title: "Zhipu BigModel", docs: "https://docs.bigmodel.cn", host: "https://open.bigmodel.cn", auth: .bearer,
            secrets: ["api_key": ["ZHIPUAI_API_KEY", "ZHIPU_API_KEY"]]),
        aliases: ["bigmodel"])

    static let abroad = Zhipu(
        VendorCard(
            name: "zai", title: "Z.ai", docs: "https://docs.z.ai", host: "https://api.z.ai", auth: .bearer,
            secrets: ["api_key": ["ZAI_API_KEY"]]),
        aliases: ["z.ai"], headers: [("accept-language", "en-US,en")])

    private init(_ card: VendorCard, aliases: [String], headers: [(name: HeaderName, value: String)] = []) {
        var card = card
        card.aliases = aliases
        card.headers = headers
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline]]
        card.extras = ["quality", "movement_amplitude", "off_peak", "user_id", "request_id", "sensitive_word_check"]
        self.card = card
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body: JSONValue = ["model": .string(model.upstream)]
        if case .object(let members) = try FlatBody(job, on: model, extras: card.extras, elsewhere: ["media"]).members {
            for (name, value) in members { body[name] = value }
        }
        let pictures = job.media.map(\.urlOrDataURI)
        if let first = pictures.first {
            let isList = pictures.count > 1 || FieldNames(model.wire)["pictures"] == "list"
            body["image_url"] = isList ? .array(pictures) : first
        }
        return Call(.start, .post, path: "/api/paas/v4/videos/generations", body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["id"]?.string, !id.isEmpty else { throw .withoutID("no id") }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "/api/paas/v4/async-result/\(Percent.encoded(ticket[0]))"))
    }

    /// One word stands for waiting and working.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if reply.status == 404 { return .progress(.failed(VendorError(reply, message: words(of: reply).message).fault(.vendorExpired))) }
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        switch json["task_status"]?.string {
        case "PROCESSING": return .progress(.running(percent: nil))
        case "SUCCESS": return .progress(finished(json))
        case "FAIL": return .progress(.failed(failure(reply)))
        case let word: return .progress(.unknown(word ?? "no task_status"))
        }
    }

    private func finished(_ json: JSON) -> Progress {
        let results = json["video_result"]?.elements ?? []
        let clips = results.compactMap { $0["url"]?.string }.map { Asset(.video, .url($0, credentials: false)) }
        let covers = results.compactMap { $0["cover_image_url"]?.string }.map { Asset(.thumbnail, .url($0, credentials: false)) }
        return clips.isEmpty ? .failed(.withoutVideo("no video_result")) : .done(clips + covers)
    }

    private func failure(_ reply: Reply) -> Fault {
        let (message, code) = words(of: reply)
        return VendorError(reply, message: message, code: code).fault(code == "1301" ? .moderated : .vendorFailed)
    }

    /// The business code tells more than the status: 429 also stands for an empty account (1113).
    private func refusal(_ reply: Reply) -> Fault {
        let (message, code) = words(of: reply)
        let refusal = VendorError(reply, message: message, code: code)
        return refusal.fault(by: Zhipu.rules)
    }

    private static let rules: [VendorErrorRule] = [
        .codes("1113", "1308", "1309", "1310", "1313", mean: .balance),
        // 1311: the plan does not include the model.
        .codes("1211", "1311", mean: .model),
        .codes("100*", "111*", "1120", "1121", mean: .credentials),
        .codes("121*", "122*", "123*", "1261", mean: .invalid),
        .codes("1301", mean: .moderated),
        .codes("1302", mean: .busy), .codes("1303", "1304", mean: .rate), .codes("1305", "1312", mean: .overloaded),
    ]

    /// `{"error": {"code": "1301", "message"}}`, or the same flat with a number.
    private func words(of reply: Reply) -> (message: String?, code: String?) {
        let json = reply.json
        let error = json?["error"] ?? json
        return (error?["message"]?.string, error?["code"]?.string ?? error?["code"]?.numberText)
    }
}
