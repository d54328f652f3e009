import Jobs
import Wire

/// Reads the neutral job of a transcript.
enum JobText {
    struct FormatError: Error { var message: String }

    private static let known: Set<String> = [
        "prompt", "negative_prompt", "seconds", "size", "tier", "ratio", "fps", "seed", "audio", "count", "camera_motion", "style",
        "watermark",
        "guidance", "enhance_prompt", "multi_shot", "operation", "start", "replacing", "context", "previous", "extras", "media",
        "mark",
    ]

    static func job(_ text: String, model: String) throws -> Job {
        let json = try JSON(parsing: text)
        if let name = json.members.first(where: { !known.contains($0.name) })?.name {
            throw FormatError(message: "unknown member '\(name)' of the job")
        }
        var job = Job(model: model, prompt: json["prompt"]?.string)
        job.negativePrompt = json["negative_prompt"]?.string
        job.duration = json["seconds"].map { $0.double.map(ClipDuration.seconds) ?? .automatic }
        job.frameFormat = FrameFormat(
            size: json["size"]?.string.flatMap { Size($0) }, resolution: json["tier"]?.string.flatMap { Resolution($0) },
            aspectRatio: json["ratio"]?.string.flatMap { AspectRatio($0) })
        job.framesPerSecond = json["fps"]?.double
        job.seed = json["seed"]?.int.map(Int64.init)
        job.audio = json["audio"]?.bool
        job.count = json["count"]?.int ?? 1
        job.cameraMotion = json["camera_motion"]?.string
        job.style = json["style"]?.string
        job.watermark = json["watermark"]?.bool
        job.guidance = json["guidance"]?.double
        job.enhancePrompt = json["enhance_prompt"]?.bool
        job.multiShot = json["multi_shot"]?.bool
        job.correlationID = json["mark"]?.string
        job.operation = try operation(json)
        job.previous = json["previous"].map { Ticket(fields: $0.elements.compactMap(\.string)) }
        job.extras = json["extras"]?.members.map { ($0.name, .parsed($0.value)) } ?? []
        for (place, medium) in (json["media"]?.elements ?? []).enumerated() { job.media.append(try self.medium(medium, "media[\(place)]")) }
        return job
    }

    private static func operation(_ json: JSON) throws -> Operation {
        switch json["operation"]?.string {
        case nil: return .generate
        case "edit": return .edit
        case "remix": return .remix
        case "reframe": return .reframe
        case "hdr": return .hdr
        case "extend": return .extend(.end, context: json["context"]?.double)
        case "extend start": return .extend(.start, context: json["context"]?.double)
        case "retake":
            let replacing = json["replacing"]?.string.flatMap(Operation.Replacing.init) ?? .both
            return .retake(start: json["start"]?.double ?? 0, replacing: replacing)
        case let word?: throw FormatError(message: "unknown operation '\(word)'")
        }
    }

    private static func medium(_ json: JSON, _ param: String) throws -> InputMedia {
        let type = json["type"]?.string.flatMap { MediaType(field: $0) } ?? .bytes
        let source: InputMedia.Source
        if let url = json["url"]?.string {
            source = .url(url)
        } else if let name = json["reference"]?.string {
            source = .reference(name)
        } else if let text = json["base64"]?.string {
            source = .base64(type, Bytes(text.utf8)[...])
        } else if let text = json["bytes"]?.string {
            source = .bytes(type, try Base64.standard.decode(text)[...])
        } else {
            throw FormatError(message: "\(param) has no source")
        }
        let kind = json["kind"]?.string.flatMap(InputMedia.Kind.init) ?? .image
        var medium = InputMedia(try role(json["role"]?.string ?? ""), kind, source: source, fileName: json["file"]?.string, param: param)
        medium.subject = json["subject"]?.string.map { InputMedia.Subject(name: $0) }
        return medium
    }

    private static func role(_ word: String) throws -> InputMedia.Role {
        switch word {
        case "first_frame": return .firstFrame
        case "last_frame": return .lastFrame
        case "reference": return .reference
        case "source": return .source
        case "audio": return .audio
        case "mask": return .mask
        default:
            guard word.hasPrefix("keyframe "), let second = Double(word.dropFirst(9)) else {
                throw FormatError(message: "unknown role '\(word)'")
            }
            return .keyframe(second)
        }
    }
}
