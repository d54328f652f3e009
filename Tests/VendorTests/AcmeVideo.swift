import Jobs
import Wire

@testable import Vendors

/// Acme Video: submit, poll by id, download from a URL. Describe here what is special about it.
struct AcmeVideo: Vendor {
    let card = {
        var card = VendorCard(
            name: "acme-video", title: "Acme Video", docs: "https://api.acme.test", host: "https://api.acme.test", auth: .bearer,
            secrets: ["api_key": ["ACME_VIDEO_API_KEY"]])
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline]]
        card.extras = []
        return card
    }()

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        Call(
            .start, .post, path: "/v1/videos",
            body: .json(
                .members([
                    "model": .string(model.upstream),
                    "prompt": job.prompt.map(JSONValue.string),
                    "negative_prompt": job.negativePrompt.map(JSONValue.string),
                    "duration": job.duration?.seconds.map(JSONValue.double),
                    "resolution": job.frameFormat.resolution.map { .string($0.text) },
                    "aspect_ratio": job.frameFormat.aspectRatio.map { .string($0.description) },
                    "image": job.medium(.firstFrame)?.urlOrDataURI,
                    "seed": job.seed.map(JSONValue.int),
                ])))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["id"]?.string, !id.isEmpty else { throw .withoutID("no id") }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "/v1/videos/\(Percent.encoded(ticket[0]))"))
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        switch json["status"]?.string {
        case "queued": return .progress(.queued)
        case "running": return .progress(.running(percent: json["progress"]?.percent()))
        case "succeeded": return .progress(try done(json))
        case "failed": return .progress(.failed(failure(reply, json)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    private func done(_ json: JSON) throws(Fault) -> Progress {
        guard let url = json["video"]?["url"]?.string else { throw .withoutVideo("no video.url") }
        return .done([Asset(.video, .url(url, credentials: false))])
    }

    private func failure(_ reply: Reply, _ json: JSON) -> Fault {
        let (message, code) = (json["error"]?["message"]?.string, json["error"]?["code"]?.string)
        let isModerated = VendorError.looksModerated(message)
        return VendorError(reply, message: message, code: code).fault(isModerated ? .moderated : .vendorFailed)
    }

    private func refusal(_ reply: Reply) -> Fault {
        let error = reply.json?["error"]
        return VendorError(reply, message: error?["message"]?.string, code: error?["code"]?.string).fault
    }
}
