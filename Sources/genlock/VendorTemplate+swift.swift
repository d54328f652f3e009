extension VendorTemplate {
    /// The vendor's Swift file: it works as it is for an API of the usual form.
    var swift: String {
        """
        import Jobs
        import Wire

        /// \(title): submit, poll by id, download from a URL. Describe here what is special about it.
        struct \(type): TaskVendor {
            let card = {
                var card = VendorCard(
                    name: "\(name)", title: "\(title)", docs: "\(host)", host: "\(host)", auth: .bearer,
                    secrets: ["api_key": ["\(variable)"]])
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
                .call(Call(.status, .get, path: "/v1/videos/\\(Percent.encoded(ticket[0]))"))
            }
        }

        """
    }

    /// `Acme Video` for `acme-video`; correct it by hand where the vendor writes its name otherwise.
    var title: String { name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ") }
}
