import Wire

extension Siraya {
    package var schemas: [(name: String, schema: JSONValue)] {
        [
            ("siraya.Video", Siraya.video), ("siraya.CreateVideo", Siraya.create), ("siraya.Error", Siraya.failure),
        ]
    }

    package var errorSchema: JSONValue { Schema.reference("siraya.Error") }

    package var descriptions: [String: Description] {
        let video = Schema.reference("siraya.Video")
        return [
            "create": Description("Starts a video job; with \"async\": false the answer waits for its end.")
                .takes(
                    Schema.reference("siraya.CreateVideo"),
                    example: ["model": "test/card", "prompt": "A red kite over a sea cliff", "seconds": 8])
                .answers(Schema.any(video, Siraya.finished)),
            "status": Description("Tells where a video job stands.").answers(video),
            "content": Description("Streams the clip of a finished job.").answersClip(),
            "models": Description("Lists the models and aliases that the caller may use.").answers(Schema.models),
            "model": Description("Tells of one model.").answers(Schema.listedModel),
        ]
    }

    /// First and last frame, and references, exclude each other and `image_url`.
    private static let create: JSONValue = Schema.job(
        [
            "model": Schema.model, "prompt": Schema.prompt(longestPrompt), "image_url": Schema.media, "seconds": Schema.length,
            "negative_prompt": Schema.text, "seed": Schema.seed, "resolution": Schema.words(Schema.tiers + ["720P", "1080P"]),
            "aspect_ratio": Schema.words(Schema.ratios + ["adaptive"]), "generate_audio": Schema.flag, "async": Schema.flag,
            "watermark": Schema.flag, "prompt_extend": Schema.flag,
        ],
        needed: ["model"], Schema.oneOf("prompt", "image_url"))

    private static let video: JSONValue = Schema.object(
        [
            "id": Schema.id, "object": Schema.said("video"), "status": ["enum": ["processing", "completed", "failed"]],
            "created_at": Schema.integer, "seconds": ["type": "number"], "model": Schema.string,
            "progress": ["type": "integer", "minimum": 0, "maximum": 100], "completed_at": Schema.integer, "output_url": Schema.link,
            "data": Schema.list(Schema.object(["url": Schema.link], needed: ["url"])), "error": error, "warnings": Schema.warnings,
        ],
        needed: ["id", "object", "status", "created_at", "seconds", "model"])

    private static let finished: JSONValue = Schema.object(
        ["data": Schema.list(["type": "object"]), "created": Schema.integer], needed: ["data", "created"])

    private static let error: JSONValue = Schema.object(
        ["message": Schema.string, "type": Schema.string, "param": ["type": ["string", "null"]], "code": Schema.integer],
        needed: ["message", "type", "code"])

    private static let failure: JSONValue = Schema.object(["error": error], needed: ["error"])
}
