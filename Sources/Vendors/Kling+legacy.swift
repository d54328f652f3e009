import Jobs
import Wire

extension Kling {
    /// Kling's older API: a path for each kind of job, the model in the body, lengths as texts, `mode` for the resolution. A task is known
    /// by its kind and its id. Signed with a key pair, or an API key as it is.
    struct Legacy: TaskVendor {
        var card = {
            var card = VendorCard(
                name: "kling-legacy", title: "Kling AI (older API)", docs: "https://kling.ai/document-api/apiReference/commonInfo",
                host: "https://api-singapore.klingai.com", auth: .jwtHS256,
                secrets: [
                    "access_key": ["KLINGAI_API_ACCESS_KEY", "KLINGAI_ACCESS_KEY", "KLING_ACCESS_KEY"],
                    "secret_key": ["KLINGAI_API_SECRET_KEY", "KLINGAI_SECRET_KEY", "KLING_SECRET_KEY"],
                    "api_key": [],
                ])
            card.settings = [VendorCard.Setting("region", fallback: "singapore", choices: ["singapore", "beijing"])]
            card.pollInterval = .seconds(5)
            card.transports = [.image: [.url, .inline], .video: .url, .audio: [.url, .inline]]
            card.extras = [
                "camera_control", "dynamic_masks", "element_list", "external_task_id", "multi_prompt", "shot_type", "static_mask",
                "voice_id", "voice_language", "voice_list", "voice_speed",
            ]
            card.resultTTL = .seconds(30 * 24 * 3600)
            return card
        }()
        let replies = ReplyRules(
            id: ["data.task_id"], task: ["data"],
            state: StateRules(
                at: ["task_status"], [.queued: ["submitted"], .running: ["processing"], .done: ["succeed"], .failed: ["failed"]]),
            result: ResultRules(videos: ["task_result.videos[].url"]), errors: Kling.errors)

        func adjusted(to settings: [String: String]) -> any Vendor {
            var vendor = self
            if settings["region"] == "beijing" { vendor.card.hosts[VendorCard.mainHost] = Kling.beijing }
            return vendor
        }

        func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
            let kind = kind(job, model)
            var body: JSONValue
            switch kind {
            case "video-extend": body = try extending(job)
            case "lip-sync": body = try lipSync(job)
            case "effects": body = try effect(job, model)
            default: body = generation(job, model, kind: kind)
            }
            let own: Set = kind == "lip-sync" ? ["voice_id", "voice_language", "voice_speed"] : []
            for (name, value) in job.extras where card.extras.contains(name) && !own.contains(name) && body[name] == nil {
                body[name] = value
            }
            // Documented for these two.
            let isNamed = ["text2video", "image2video"].contains(kind)
            if isNamed { body["external_task_id"] = Kling.name(of: job).map(JSONValue.string) }
            var call = Call(.start, .post, path: "/v1/videos/\(kind)", body: .json(body))
            if isNamed { call.correlationKey = Kling.name(of: job).map { CorrelationKey($0, kind) } }
            return call
        }

        func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
            guard case .path(_, let path) = call.target else { throw .withoutID("no path") }
            return Ticket(path.split(separator: "/").last.map(String.init) ?? "", try id(in: reply))
        }

        func statusCall(for ticket: Ticket) -> PollStep {
            .call(Call(.status, .get, path: "/v1/videos/\(Percent.encoded(ticket[0]))/\(Percent.encoded(ticket[1]))"))
        }

        /// The path of a task takes either of its names.
        func lookupCall(for correlationKey: CorrelationKey) -> Call? {
            Call(.lookup, .get, path: "/v1/videos/\(Percent.encoded(correlationKey[1]))/\(Percent.encoded(correlationKey[0]))")
        }

        func ticket(fromLookup reply: Reply, by correlationKey: CorrelationKey) throws(Fault) -> Ticket? {
            guard Kling.errors.isSuccess(reply) else {
                _ = try pollFault(from: reply)
                return nil
            }
            let task = try reply.parsed()["data"]
            guard let id = task?["task_id"]?.string, task?["task_info"]?["external_task_id"]?.string == correlationKey[0] else {
                return nil
            }
            return Ticket(correlationKey[1], id)
        }

        // MARK: The request

        private func kind(_ job: Job, _ model: Model) -> String {
            if let kind = FieldNames(model.wire)["endpoint"] { return kind }
            if case .extend = job.operation { return "video-extend" }
            if job.medium(.reference) != nil { return "multi-image2video" }
            return job.media.isEmpty ? "text2video" : "image2video"
        }

        private func generation(_ job: Job, _ model: Model, kind: String) -> JSONValue {
            var body: JSONValue = ["model_name": .string(model.upstream)]
            body["prompt"] = job.prompt.map(JSONValue.string)
            body["negative_prompt"] = job.negativePrompt.map(JSONValue.string)
            body["cfg_scale"] = job.guidance.map(JSONValue.double)
            body["mode"] = mode(job, model)
            body["sound"] = job.audio.map { $0 ? "on" : "off" }
            body["multi_shot"] = job.multiShot.map(JSONValue.bool)
            body["aspect_ratio"] = model.selectedAspectRatio(for: job).map { .string($0.description) }
            if job.medium(.source) == nil { body["duration"] = length(job) }
            body["watermark_info"] = job.watermark.map { ["enabled": .bool($0)] }
            switch kind {
            case "omni-video":
                body["image_list"] = list(job.media.filter { $0.kind == .image }.map(omniImage))
                body["video_list"] = list(job.media.filter { $0.kind == .video }.map { omniVideo($0, keepsSound: job.audio != false) })
            case "multi-image2video":
                body["image_list"] = list(job.media.map { ["image": $0.urlOrBase64] })
            default:
                body["image"] = job.medium(.firstFrame)?.urlOrBase64
                body["image_tail"] = job.medium(.lastFrame)?.urlOrBase64
            }
            return body
        }

        private func omniImage(_ medium: InputMedia) -> JSONValue {
            var image: JSONValue = ["image_url": medium.urlOrBase64]
            if medium.role == .firstFrame { image["type"] = "first_frame" }
            if medium.role == .lastFrame { image["type"] = "end_frame" }
            return image
        }

        private func omniVideo(_ medium: InputMedia, keepsSound: Bool) -> JSONValue {
            let isBase = medium.role == .source
            var video: JSONValue = ["video_url": medium.urlOrBase64, "refer_type": isBase ? "base" : "feature"]
            if isBase { video["keep_original_sound"] = keepsSound ? "yes" : "no" }
            return video
        }

        /// Only videos that the vendor made can be extended, by their ids there.
        private func extending(_ job: Job) throws(Fault) -> JSONValue {
            guard let source = job.medium(.source), case .reference(let id) = source.source else {
                throw Fault(
                    .unsupported, "Only a video of this vendor can be extended, by the id that it has there.", param: "video",
                    code: "unsupported", sent: .no)
            }
            var body: JSONValue = ["video_id": .string(id)]
            body["prompt"] = job.prompt.map(JSONValue.string)
            body["negative_prompt"] = job.negativePrompt.map(JSONValue.string)
            body["cfg_scale"] = job.guidance.map(JSONValue.double)
            return body
        }

        /// A figure speaks an audio file, or the prompt in a voice of the vendor. The official client states language and speed.
        private func lipSync(_ job: Job) throws(Fault) -> JSONValue {
            var input = JSONValue.object([])
            if let source = job.medium(.source) {
                let isOwn = if case .reference = source.source { true } else { false }
                input[isOwn ? "video_id" : "video_url"] = source.urlOrBase64
            }
            guard let sound = job.medium(.audio) else {
                input["mode"] = "text2video"
                input["text"] = job.prompt.map(JSONValue.string)
                input["voice_id"] = extra("voice_id", job)
                input["voice_language"] = extra("voice_language", job) ?? "en"
                input["voice_speed"] = extra("voice_speed", job) ?? 1
                return ["input": input]
            }
            try job.rejectExtras(["voice_id", "voice_language", "voice_speed"])
            guard job.prompt == nil else {
                throw Fault(
                    .unsupported, "A figure speaks either the sound or the prompt.", param: "prompt", code: "unsupported", sent: .no)
            }
            let isURL = if case .url = sound.source { true } else { false }
            input["mode"] = "audio2video"
            input["audio_type"] = isURL ? "url" : "file"
            input[isURL ? "audio_url" : "audio_file"] = sound.urlOrBase64
            return ["input": input]
        }

        /// An effect by its name, for one image or two.
        private func effect(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
            guard let scene = job.style else {
                throw Fault(.missing, "'style' must name the effect.", param: "style", code: "missing_required_parameter", sent: .no)
            }
            var input: JSONValue = ["model_name": .string(model.upstream)]
            input["duration"] = length(job)
            if job.media.count > 1 {
                input["images"] = .array(job.media.map(\.urlOrBase64))
                input["mode"] = mode(job, model) ?? "std"
            } else {
                input["image"] = job.media.first?.urlOrBase64
                input["mode"] = mode(job, model)
            }
            return ["effect_scene": .string(scene), "input": input]
        }

        private func mode(_ job: Job, _ model: Model) -> JSONValue? {
            model.selectedResolution(for: job).map { $0 == "720p" ? "std" : "pro" }
        }

        /// A text here: `"5"`.
        private func length(_ job: Job) -> JSONValue? { job.duration?.seconds.flatMap(Number.text).map(JSONValue.string) }

        private func list(_ values: [JSONValue]) -> JSONValue? { values.isEmpty ? nil : .array(values) }

        private func extra(_ name: String, _ job: Job) -> JSONValue? { job.extras.first { $0.name == name }?.value }
    }
}
