import Jobs
import Wire

/// AI/ML API: one create call and one question for all its models, whose fields are those of the vendors behind it.
struct AIMLAPI: Vendor {
    let card = {
        var card = VendorCard(
            name: "aimlapi", title: "AI/ML API", docs: "https://docs.aimlapi.com/api-references/video-models",
            host: "https://api.aimlapi.com", auth: .bearer, secrets: ["api_key": ["AIMLAPI_API_KEY", "AIML_API_KEY"]])
        card.aliases = ["aiml"]
        card.pollInterval = .seconds(10)
        card.transports = [.image: .url, .video: .url, .audio: .url]
        card.extras = AIMLAPI.passThroughNames
        return card
    }()

    /// Parameters of single models that have no neutral name.
    private static let passThroughNames: Set<String> = [
        "acceleration", "advanced_camera_control", "alpha_keyframe_index", "alpha_mode", "audio_setting", "auto_downsample_min_fps",
        "auto_fix",
        "body_control", "camera_control", "camera_fixed", "camerafixed", "character_orientation", "delivery", "dynamic_masks",
        "effect_scene",
        "elements", "enable_auto_downsample", "enable_prompt_expansion", "enable_safety_checker", "expand_bottom", "expand_left",
        "expand_ratio", "expand_right", "expand_top", "expression_intensity", "exr_export", "hdr", "interpolator_model", "keep_audio",
        "lip_sync_tts_content", "lip_sync_tts_speaker", "loop", "match_input_frames_per_second", "match_input_num_frames", "mode",
        "multi_prompt", "num_frames", "num_inference_steps", "num_interpolated_frames", "person_generation", "preprocess",
        "safety_tolerance", "shift", "shot_type", "strength", "template", "temporal_downsample_factor", "thinking_type", "trim_borders",
        "video_quality", "video_write_mode", "zoom_factor",
    ]

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        var body = try FlatBody(job, on: model, extras: card.extras).members
        body["model"] = .string(model.upstream)
        return Call(.start, .post, path: "/v2/video/generations", body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        guard reply.isSuccess else { throw refusal(reply) }
        guard let id = try reply.parsed()["id"]?.string, !id.isEmpty else {
            throw Fault.withoutID("no id")
        }
        return Ticket(id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        var call = Call(.status, .get, path: "/v2/video/generations")
        call.query.add("generation_id", ticket[0])
        return .call(call)
    }

    /// PixVerse and one Seedance end in "succeeded", the others in "completed".
    /// In dollars; some answers tell only the vendor's own credits.
    func cost(from reply: Reply, for ticket: Ticket) -> Money? {
        reply.json?.at("meta", "usage", "usd_spent")?.double.map(Money.init(dollars:))
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if reply.status == 404 { return .progress(.failed(VendorError(reply).fault(.vendorExpired))) }
        guard reply.isSuccess else { throw refusal(reply) }
        let json = try reply.parsed()
        switch json["status"]?.string {
        case "queued", "waiting": return .progress(.queued)
        case "generating", "active": return .progress(.running(percent: nil))
        case "completed", "succeeded": return .progress(finished(json))
        case "error", "failed": return .progress(.failed(failure(json, reply)))
        case let word: return .progress(.unknown(word ?? "no status"))
        }
    }

    private func finished(_ json: JSON) -> Progress {
        guard let url = json["video"]?["url"]?.string, url.contains("://") else {
            return .failed(.withoutVideo("no video.url"))
        }
        return .done([Asset(.video, .url(url, credentials: false))])
    }

    private func failure(_ json: JSON, _ reply: Reply) -> Fault {
        let (name, message) = (json["error"]?["name"]?.string, json["error"]?["message"]?.string)
        let isModerated = VendorError.looksModerated(message) || VendorError.looksModerated(name)
        return VendorError(reply, message: message, code: name).fault(isModerated ? .moderated : .vendorFailed)
    }

    /// 403 is an account without credits. Flat, or with the usual `error` around it.
    private func refusal(_ reply: Reply) -> Fault { VendorError(reply, message: reply.json?["message"]?.string).fault }
}
