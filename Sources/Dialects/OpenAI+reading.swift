import Jobs
import Wire

extension OpenAI {
    /// `POST /videos`. The API's defaults (4 seconds, 720x1280) are preferences: a model that does not support them uses its own.
    func createCommand(from request: Request) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        try rejectCharacters(in: &fields)
        var job = Job(model: try fields.model() ?? OpenAI.defaultModel, prompt: try fields.prompt(atMost: OpenAI.maxPromptLength))
        try fields.applyKnownParameters(to: &job)
        try fields.requirePrompt(for: job)
        try fields.rejectMultipleVideos(of: job)
        if job.duration == nil { job.dialectDefaults.duration = .seconds(4) }
        if job.frameFormat.isEmpty { job.dialectDefaults.frameFormat.size = Size(width: 720, height: 1280) }
        var command = CreateCommand(job: job)
        command.clientNames = fields.clientNames
        return command
    }

    /// `POST /videos/{id}/remix`: the same video again with another prompt. An empty model name stands for that of the earlier job.
    func remixCommand(_ request: Request, of id: String) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        var job = Job(model: try fields.model() ?? "", prompt: try fields.requiredPrompt(atMost: OpenAI.maxPromptLength))
        job.operation = .remix
        try fields.applyKnownParameters(to: &job)
        try fields.rejectMultipleVideos(of: job)
        var command = CreateCommand(job: job)
        command.previous = id
        command.clientNames = fields.clientNames
        return command
    }

    /// `POST /videos/edits`.
    func editCommand(from request: Request) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        return try continuationCommand(.edit, &fields)
    }

    /// `POST /videos/extensions`. `seconds` is the length of the added part.
    func extendCommand(from request: Request) throws(Fault) -> CreateCommand {
        var fields = try RequestBody.fields(of: request)
        guard fields.hasLength else { throw InputFields.missing("seconds") }
        return try continuationCommand(.extend(.end, context: nil), &fields)
    }

    /// An edit or extension. The source is an earlier video (`{"id": …}`, also as JSON in a text part, or the bare id) or a file.
    private func continuationCommand(_ operation: Operation, _ fields: inout InputFields) throws(Fault) -> CreateCommand {
        // Upscaling and some other edits need no prompt; the catalog knows whether this one does.
        let prompt = try fields.prompt(atMost: OpenAI.maxPromptLength)
        let video = try fields.required("video")
        let previous = try OpenAI.previousJobID(from: video)
        let named = try fields.model()
        var job = Job(model: named ?? (previous == nil ? OpenAI.defaultModel : ""), prompt: prompt)
        job.operation = operation
        if previous == nil { job.media.append(try video.medium(.source, .video)) }
        try fields.applyKnownParameters(to: &job)
        try fields.rejectMultipleVideos(of: job)
        var command = CreateCommand(job: job)
        command.previous = previous
        command.clientNames = fields.clientNames
        return command
    }

    private static func previousJobID(from video: InputValue) throws(Fault) -> String? {
        if var inner = video.fields {
            return try inner.take("id")?.string()
        }
        guard let text = video.trimmed, !text.contains(":"), MediaValue.base64Type(of: Bytes(text.utf8)[...]) == nil else { return nil }
        return text
    }

    func variant(_ query: Query) throws(Fault) -> Asset.Kind {
        switch query.nonblank("variant") {
        case nil, "video": return .video
        case "thumbnail": return .thumbnail
        case "spritesheet": return .spritesheet
        case let other?:
            let message = InputFields.unsupported(other, ["video", "thumbnail", "spritesheet"], for: "variant")
            throw Fault(.invalid, message, param: "variant", code: "invalid_value")
        }
    }

    func modelQuery(from query: Query) throws(Fault) -> ModelQuery {
        var read = try ModelQuery.parse(query)
        read.detailed = true
        return read
    }

    func page(_ query: Query) throws(Fault) -> Page {
        var page = Page()
        page.after = query.nonblank("after")
        if let text = query.nonblank("limit") {
            guard let limit = Int(text), (0...100).contains(limit) else {
                throw Fault(.invalid, "'limit' must be a whole number between 0 and 100.", param: "limit", code: "invalid_value")
            }
            page.limit = limit
        }
        switch query.nonblank("order") {
        case nil, "desc": page.newestFirst = true
        case "asc": page.newestFirst = false
        case let other?:
            throw Fault(.invalid, InputFields.unsupported(other, ["asc", "desc"], for: "order"), param: "order", code: "invalid_value")
        }
        return page
    }

    private func rejectCharacters(in fields: inout InputFields) throws(Fault) {
        for name in ["characters", "character_ids"] where fields.has(name) {
            var fault = OpenAI.noCharacters
            fault.param = name
            throw fault
        }
    }

    private static let defaultModel = "sora-2"
    /// From OpenAI's published schema.
    static let maxPromptLength = 32_000
}
