extension VendorTemplate {
    /// The vendor's file: complete and working for an API of the usual form.
    var swift: String {
        """
        import Jobs
        import Wire

        /// \(title): submit, ask by id, fetch a URL. Say here what is special about it.
        struct \(type): Vendor {
            let card = {
                var card = VendorCard(
                    name: "\(name)", title: "\(title)", docs: "\(host)", host: "\(host)", auth: .bearer,
                    secrets: ["api_key": ["\(variable)"]])
                card.pollInterval = .seconds(5)
                card.transports = [.image: [.url, .inline]]
                card.extras = []
                return card
            }()

            func start(_ job: Job, on model: Model) throws(Fault) -> Call {
                Call(.start, .post, "/v1/videos", body: .json(.members([
                    "model": .string(model.upstream),
                    "prompt": job.prompt.map(JSONValue.string),
                    "negative_prompt": job.negativePrompt.map(JSONValue.string),
                    "duration": job.duration?.seconds.map(JSONValue.double),
                    "resolution": job.shape.tier.map { .string($0.text) },
                    "aspect_ratio": job.shape.ratio.map { .string($0.description) },
                    "image": job.medium(.firstFrame)?.urlOrDataURI,
                    "seed": job.seed.map(JSONValue.int),
                ])))
            }

            func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
                guard reply.isSuccess else { throw refusal(reply) }
                guard let id = try reply.parsed()["id"]?.string, !id.isEmpty else { throw .withoutID("no id") }
                return Ticket(id)
            }

            func ask(_ ticket: Ticket) -> Finding { .ask(Call(.status, .get, "/v1/videos/\\(Percent.encoded(ticket[0]))")) }

            func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> Finding {
                guard reply.isSuccess else { throw refusal(reply) }
                let json = try reply.parsed()
                switch json["status"]?.string {
                case "queued": return .progress(.queued)
                case "running": return .progress(.running(percent: json["progress"]?.int))
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
                let isModerated = Refusal.soundsModerated(message)
                return Refusal(reply, message: message, code: code).fault(isModerated ? .moderated : .vendorFailed)
            }

            private func refusal(_ reply: Reply) -> Fault {
                let error = reply.json?["error"]
                return Refusal(reply, message: error?["message"]?.string, code: error?["code"]?.string).fault
            }
        }

        """
    }

    /// `Acme Video`, to be corrected by hand.
    var title: String { name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ") }
}
