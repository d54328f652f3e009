import Jobs
import Wire

@testable import Vendors

/// Acme Video: submit, poll by id, download from a URL. Describe here what is special about it.
struct AcmeVideo: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "acme-video", title: "Acme Video", docs: "https://api.acme.test", host: "https://api.acme.test", auth: .bearer,
            secrets: ["api_key": ["ACME_VIDEO_API_KEY"]])
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .inline]]
        card.extras = []
        return card
    }()

    /// How its replies are read: the places of id, state, result and error, and what its words mean.
    let replies = ReplyRules(
        id: ["id"],
        state: StateRules(
            [.queued: ["queued"], .running: ["running"], .done: ["succeeded"], .failed: ["failed"]], percent: ["progress"]),
        result: ResultRules(videos: ["video.url"]),
        errors: ErrorRules(messages: ["error.message"], codes: ["error.code"]))

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

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "/v1/videos/\(Percent.encoded(ticket[0]))"))
    }
}
