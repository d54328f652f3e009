import Jobs
import Wire

extension OpenAI {
    /// `POST /videos`. What the contract promises where nothing is said (4 seconds, 720x1280) is a preference: a model that cannot do it
    /// uses its own.
    func creation(_ request: Request) throws(Fault) -> Creation {
        var fields = try RequestBody.fields(of: request)
        try refuseCharacters(in: &fields)
        var job = Job(model: try fields.model() ?? OpenAI.usualModel, prompt: try fields.prompt(atMost: OpenAI.longestPrompt))
        try fields.grantWishes(to: &job)
        try fields.requirePrompt(for: job)
        try job.refuseSeveral(fields)
        if job.duration == nil { job.preferred.duration = .seconds(4) }
        if job.shape.isEmpty { job.preferred.shape.size = Size(width: 720, height: 1280) }
        var creation = Creation(job: job)
        creation.spellings = fields.spellings
        return creation
    }

    /// `POST /videos/{id}/remix`: the same clip again with another prompt. The model is that of the earlier job, for which an empty name
    /// stands.
    func remix(_ request: Request, of id: String) throws(Fault) -> Creation {
        var fields = try RequestBody.fields(of: request)
        var job = Job(model: try fields.model() ?? "", prompt: try fields.neededPrompt(atMost: OpenAI.longestPrompt))
        job.operation = .remix
        try fields.grantWishes(to: &job)
        try job.refuseSeveral(fields)
        var creation = Creation(job: job)
        creation.previous = id
        creation.spellings = fields.spellings
        return creation
    }

    /// `POST /videos/edits`.
    func edit(_ request: Request) throws(Fault) -> Creation {
        var fields = try RequestBody.fields(of: request)
        return try continuation(.edit, &fields)
    }

    /// `POST /videos/extensions`. `seconds` is the length of what is added.
    func extension_(_ request: Request) throws(Fault) -> Creation {
        var fields = try RequestBody.fields(of: request)
        guard fields.hasLength else { throw Fields.missing("seconds") }
        return try continuation(.extend(.end, context: nil), &fields)
    }

    /// The source is a clip made earlier (`{"id": …}`, also as JSON in a text part or as the bare id) or an uploaded file.
    private func continuation(_ operation: Operation, _ fields: inout Fields) throws(Fault) -> Creation {
        // Upscaling and some other edits need no text: whether this one does, the catalog knows.
        let prompt = try fields.prompt(atMost: OpenAI.longestPrompt)
        let video = try fields.needed("video")
        let previous = try OpenAI.earlierJob(video)
        let named = try fields.model()
        var job = Job(model: named ?? (previous == nil ? OpenAI.usualModel : ""), prompt: prompt)
        job.operation = operation
        if previous == nil { job.media.append(try video.medium(.source, .video)) }
        try fields.grantWishes(to: &job)
        try job.refuseSeveral(fields)
        var creation = Creation(job: job)
        creation.previous = previous
        creation.spellings = fields.spellings
        return creation
    }

    private static func earlierJob(_ video: Given) throws(Fault) -> String? {
        if var inner = video.fields {
            return try inner.take("id")?.string()
        }
        guard let text = video.trimmed, !text.contains(":"), MediaValue.base64Type(of: Bytes(text.utf8)[...]) == nil else { return nil }
        return text
    }

    func variant(_ query: Query) throws(Fault) -> Asset.Kind {
        switch query.word("variant") {
        case nil, "video": return .video
        case "thumbnail": return .thumbnail
        case "spritesheet": return .spritesheet
        case let other?:
            let message = Fields.unsupported(other, ["video", "thumbnail", "spritesheet"], for: "variant")
            throw Fault(.invalid, message, param: "variant", code: "invalid_value")
        }
    }

    func catalogue(_ query: Query) throws(Fault) -> ModelQuery {
        var read = try ModelQuery.reading(query)
        read.detailed = true
        return read
    }

    func page(_ query: Query) throws(Fault) -> Page {
        var page = Page()
        page.after = query.word("after")
        if let text = query.word("limit") {
            guard let limit = Int(text), (0...100).contains(limit) else {
                throw Fault(.invalid, "'limit' must be a whole number between 0 and 100.", param: "limit", code: "invalid_value")
            }
            page.limit = limit
        }
        switch query.word("order") {
        case nil, "desc": page.newestFirst = true
        case "asc": page.newestFirst = false
        case let other?:
            throw Fault(.invalid, Fields.unsupported(other, ["asc", "desc"], for: "order"), param: "order", code: "invalid_value")
        }
        return page
    }

    private func refuseCharacters(in fields: inout Fields) throws(Fault) {
        for name in ["characters", "character_ids"] where fields.has(name) {
            var fault = OpenAI.noCharacters
            fault.param = name
            throw fault
        }
    }

    private static let usualModel = "sora-2"
    /// As in the published schema.
    static let longestPrompt = 32_000
}
