import Jobs
import Wire

@testable import Dialects

/// An `Command` as lines of text, every field that is not as in an empty job: what transcripts compare.
enum CommandText {
    static func lines(_ ask: Command) -> [String] {
        switch ask {
        case .create(let command): ["create"] + lines(command)
        case .status(let id): ["status \(id)"]
        case .content(let id, let kind): ["content \(id) \(kind.rawValue)"]
        case .list(let page):
            ["list limit \(page.limit) \(page.newestFirst ? "newest" : "oldest") first" + (page.after.map { " after \($0)" } ?? "")]
        case .delete(let id): ["delete \(id)"]
        case .cancel(let id): ["cancel \(id)"]
        case .models(let query):
            [
                (["models", query.detailed ? "in detail" : nil, query.vendor.map { "of \($0)" }, query.text.map { "like \($0)" }]
                    as [String?])
                    .compactMap { $0 }.joined(separator: " ")
            ]
        case .model(let name): ["model \(name)"]
        case .account(let word): ["account \(word)"]
        case .upload: ["upload"]
        case .fixed(let response): ["fixed \(response.status) " + String(decoding: response.body.joined(), as: UTF8.self)]
        }
    }

    private static func lines(_ command: CreateCommand) -> [String] {
        var lines = lines(command.job)
        if let previous = command.previous { lines.append("previous: \(previous)") }
        switch command.delivery {
        case .asynchronous: break
        case .synchronous(.silent): lines.append("held")
        case .synchronous(.spaces): lines.append("held with spaces")
        }
        if command.content != .json { lines.append("content: \(command.content.rawValue)") }
        for (name, value) in command.echo.sorted(by: { $0.key < $1.key }) { lines.append("echo: \(name)=\(value)") }
        return lines
    }

    private static func lines(_ job: Job) -> [String] {
        var lines: [String] = []
        func add(_ name: String, _ value: (some CustomStringConvertible)?) { if let value { lines.append("\(name): \(value)") } }
        switch job.operation {
        case .generate: break
        case .extend(let edge, let context):
            lines.append("operation: extend at the \(edge.rawValue)" + (context.map { " context \(Number.text($0) ?? "")" } ?? ""))
        case .retake(let start, let replacing): lines.append("operation: retake from \(Number.text(start) ?? "") \(replacing.rawValue)")
        default: lines.append("operation: \(job.operation.name)")
        }
        lines.append("model: \(job.model)")
        add("prompt", job.prompt.map { JSONValue.string($0).text })
        add("negative_prompt", job.negativePrompt.map { JSONValue.string($0).text })
        add("seconds", text(job.duration))
        lines += text(job.frameFormat)
        add("fps", job.framesPerSecond.flatMap(Number.text))
        add("seed", job.seed)
        add("audio", job.audio)
        if job.count != 1 { add("count", job.count) }
        add("camera_motion", job.cameraMotion)
        add("style", job.style)
        add("watermark", job.watermark)
        add("guidance", job.guidance.flatMap(Number.text))
        add("enhance_prompt", job.enhancePrompt)
        add("multi_shot", job.multiShot)
        lines += job.media.map(text)
        lines += job.extras.map { "extra: \($0.name)=\($0.value.text)" }
        let preferred = [text(job.dialectDefaults.duration)].compactMap { $0 } + text(job.dialectDefaults.frameFormat)
        if !preferred.isEmpty { lines.append("preferred: " + preferred.joined(separator: ", ")) }
        return lines
    }

    private static func text(_ length: ClipDuration?) -> String? {
        switch length {
        case .seconds(let seconds): Number.text(seconds)
        case .automatic: "auto"
        case nil: nil
        }
    }

    private static func text(_ frameFormat: FrameFormat) -> [String] {
        [
            frameFormat.size.map { "size: \($0)" }, frameFormat.resolution.map { "tier: \($0)" },
            frameFormat.aspectRatio.map { "ratio: \($0)" },
        ].compactMap { $0 }
    }

    private static func text(_ medium: InputMedia) -> String {
        let source =
            switch medium.source {
            case .url(let url): url
            case .reference(let name): "reference \(name)"
            case .bytes(let type, let bytes): "\(bytes.count) bytes of \(type)"
            case .base64(let type, let text): "\(text.count) base64 characters of \(type)"
            }
        var role = medium.role.name
        if case .keyframe(let second) = medium.role { role += " " + (Number.text(second) ?? "\(second)") }
        if let subject = medium.subject { role += " @" + subject.name }
        return "\(role) \(medium.kind.rawValue): \(source) as \(medium.param)" + (medium.fileName.map { " (\($0))" } ?? "")
    }
}
