import Jobs
import Wire

/// ImageRouter: one call that stays open until the video is made; the vendor sends a space every few seconds. There are no jobs to poll:
/// the ticket is the URL of the video, and an error after the first space is reported in a reply with status 200.
struct ImageRouter: Vendor {
    let card = {
        var card = VendorCard(
            name: "imagerouter", title: "ImageRouter", docs: "https://docs.imagerouter.io/api-reference/video-generation",
            host: "https://api.imagerouter.io", auth: .bearer, secrets: ["api_key": ["IMAGEROUTER_API_KEY"]])
        card.transports = [.image: [.url, .inline]]
        card.extras = ["quality"]
        card.resultTTL = .seconds(30 * 24 * 3600)
        card.answersStartSynchronously = true
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body = try FlatBody(job, on: model, extras: card.extras).members
        body["model"] = .string(model.upstream)
        return Call(.start, .post, path: "/v1/openai/videos/generations", body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        if let error = json["error"], !error.isNull { throw failure(error, json["status"]?.int, reply: reply) }
        guard let url = json["data"]?[0]?["url"]?.string, url.contains("://") else {
            throw Fault.withoutVideo("no URL in data")
        }
        return Ticket(url.hasPrefix(ImageRouter.storageURL) ? String(url.dropFirst(ImageRouter.storageURL.count)) : url)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        let url = ticket[0].contains("://") ? ticket[0] : ImageRouter.storageURL + ticket[0]
        return .progress(.done([Asset(.video, .url(url, credentials: false))]))
    }

    /// In dollars, beside the clip.
    func cost(from reply: Reply, for ticket: Ticket) -> Money? {
        reply.json?["cost"]?.double.map(Money.init(dollars:))
    }

    /// Never called: there is no status call.
    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep { statusCall(for: ticket) }

    private static let storageURL = "https://storage.imagerouter.io/"

    /// A failure in a reply with status 200 is final: no video was made, and none is billed. Only after the service's own timeout is it
    /// unknown whether the vendor behind it continues.
    private func failure(_ error: JSON, _ status: Int?, reply: Reply) -> Fault {
        let message = error["message"]?.string
        let type = error["type"]?.string
        var refusal = VendorError(reply, message: message, code: type)
        var fault: Fault
        switch type {
        case "content_moderated": fault = refusal.fault(.moderated)
        case "timeout_error": return refusal.fault(.vendorTimeout)
        case _ where message?.hasPrefix("Insufficient credits") == true: fault = refusal.fault(.vendorBalance)
        case _ where status == 429:
            refusal.status = 429
            fault = refusal.fault
        default: fault = refusal.fault(VendorError.looksModerated(message) ? .moderated : .vendorFailed)
        }
        fault.sent = .no
        return fault
    }

    /// 403 has three meanings, which the type distinguishes.
    private func refusal(_ reply: Reply) -> Fault {
        VendorError(reply, code: reply.json?["error"]?["type"]?.string).fault(by: [
            .codes("deposit_required", mean: .balance), .words(["model '"], ["is not available"], mean: .model, at: [400]),
        ])
    }
}
