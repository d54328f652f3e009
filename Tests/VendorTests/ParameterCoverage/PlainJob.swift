import Jobs
import Wire

/// The least that can be asked of a model in one of its modes.
enum PlainJob {
    static func job(for model: Model, in mode: Model.Mode) -> Job {
        var job = Job(model: model.name, prompt: model.maxPromptLength == 0 ? nil : "A paper boat")
        for (kind, role) in media(mode, model) {
            if let medium = medium(kind, role, place: job.media.count) { job.media.append(medium) }
        }
        switch mode {
        case .extend: job.operation = .extend(.end, context: nil)
        case .edit: job.operation = .edit
        case .remix: job.operation = .remix
        case .retake: job.operation = .retake(start: 1, replacing: .both)
        case .reframe: job.operation = .reframe
        case .hdr: job.operation = .hdr
        default: break
        }
        if job.operation != .generate && job.medium(.source) == nil {
            job.previous = Ticket("n0n", "1234", "5678", "9012")
        }
        return job
    }

    /// The job with what the vendor's file asks for beyond the catalog.
    static func completed(_ job: Job, after fault: Fault, on model: Model) -> Job? {
        var job = job
        switch (fault.kind, fault.param) {
        case (.missing, "image"):
            job.media.insert(InputMedia(.firstFrame, .image, source: .url("https://example.com/first"), param: "first"), at: 0)
        case (.missing, "aspect_ratio"): job.frameFormat.aspectRatio = model.aspectRatios.last
        case (.missing, "style"): job.style = model.choices["style"]?.last ?? "hug"
        case (.unsupported, "prompt") where !model.requiresPrompt: job.prompt = nil
        case (.unsupported, "video"):
            guard let place = job.media.firstIndex(where: { $0.role == .source }) else { return nil }
            job.media[place].source = .reference("1234")
        default: return nil
        }
        return job
    }

    private static func media(_ mode: Model.Mode, _ model: Model) -> [(InputMedia.Kind, String)] {
        switch mode {
        case .text: []
        case .image: [(.image, "first_frame")]
        case .firstLast: [(.image, "first_frame"), (.image, "last_frame")]
        case .lastOnly: [(.image, "last_frame")]
        case .references: [(model.media.first { $0.role == "reference" }?.kind ?? .image, "reference")]
        case .keyframes: [(.image, "keyframe"), (.image, "keyframe")]
        case .audio: [(.audio, "audio")]
        case .extend, .edit, .remix, .retake, .reframe, .hdr:
            model.media.contains { $0.kind == .video && $0.role == "source" && $0.maxCount > 0 } ? [(.video, "source")] : []
        }
    }

    static func medium(_ kind: InputMedia.Kind, _ word: String, place: Int) -> InputMedia? {
        let role: InputMedia.Role
        switch word {
        case "first_frame": role = .firstFrame
        case "last_frame": role = .lastFrame
        case "keyframe": role = .keyframe(Double(place + 1) / 8)
        case "reference": role = .reference
        case "source": role = .source
        case "audio": role = .audio
        case "mask": role = .mask
        default: return nil
        }
        return InputMedia(role, kind, source: .url("https://example.com/\(kind.rawValue)\(place)"), param: "media[\(place)]")
    }

    /// The job's media in a form that the vendor's card takes.
    static func carried(_ job: Job, by card: VendorCard, on model: Model) -> Job {
        var job = job
        for place in job.media.indices {
            let medium = job.media[place]
            let ways = card.transports[medium.kind] ?? [.url, .inline]
            guard !ways.contains(.url) || medium.role == .audio && card.transports[.audio] == .inline else { continue }
            let limit = model.media.first { $0.kind == medium.kind && $0.role == medium.role.name }
            if ways.contains(.inline) {
                let usual: MediaType = medium.kind == .image ? .png : medium.kind == .video ? .mp4 : .mp3
                job.media[place].source = .bytes(limit?.types.first ?? usual, Bytes("bytes \(place)".utf8)[...])
            } else {
                job.media[place].source = .reference("\(1000 + place)")
            }
        }
        return job
    }
}
