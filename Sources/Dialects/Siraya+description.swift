import Wire

extension Siraya {
    package var schemas: [(name: String, schema: JSONValue)] {
        [
            ("siraya.Video", Siraya.video), ("siraya.CreateVideo", Siraya.create), ("siraya.Error", Siraya.failure),
            ("siraya.OtherStatus", Siraya.otherStatus),
        ]
    }

    package var errorSchema: JSONValue { Schema.reference("siraya.Error") }

    package var descriptions: [Route.Action: Description] {
        let video = Schema.reference("siraya.Video")
        return [
            .create: Description("Starts a video job; with \"async\": false the answer comes when it is done.")
                .withBody(
                    Schema.reference("siraya.CreateVideo"),
                    example: ["model": "test/card", "prompt": "A red kite over a sea cliff", "seconds": 8]
                )
                .withResponse(Schema.any(video, Siraya.finished)),
            .status: Description("Returns the status of a video job; for jobs of xAI's and Zhipu's clients in their format.")
                .withResponse(video).withResponse(Schema.reference("siraya.OtherStatus"), status: 202),
            .result: Description("Returns the status of a video job of a Zhipu client.").withResponse(
                Schema.reference("siraya.OtherStatus")),
            .content: Description("Streams the video of a completed job.").withVideoResponse(),
            .models: Description("Lists the models and aliases that the caller may use.").withResponse(Schema.models),
            .model: Description("Returns one model.").withResponse(Schema.listedModel),
        ]
    }

    /// First and last frame, and references, exclude each other and `image_url`.
    private static let create: JSONValue = Schema.job(
        [
            "model": Schema.model, "prompt": Schema.prompt(maxPromptLength), "image_url": Schema.media, "seconds": Schema.duration,
            "negative_prompt": Schema.text, "seed": Schema.seed, "resolution": Schema.enumeration(Schema.resolutions + ["720P", "1080P"]),
            "aspect_ratio": Schema.enumeration(Schema.aspectRatios + ["adaptive"]), "generate_audio": Schema.flag, "async": Schema.flag,
            "watermark": Schema.flag, "prompt_extend": Schema.flag,
        ],
        needed: ["model"], Schema.oneOf("prompt", "image_url"))

    private static let video: JSONValue = Schema.object(
        [
            "id": Schema.id, "object": Schema.constant("video"), "status": ["enum": ["processing", "completed", "failed"]],
            "created_at": Schema.integer, "seconds": ["type": "number"], "model": Schema.string,
            "progress": ["type": "integer", "minimum": 0, "maximum": 100], "completed_at": Schema.integer, "output_url": Schema.link,
            "request_id": Schema.id, "task_status": Schema.constant("PROCESSING"),
            "data": Schema.list(Schema.object(["url": Schema.link], needed: ["url"])), "error": error, "warnings": Schema.warnings,
        ],
        needed: ["id", "object", "status", "created_at", "seconds", "model"])

    /// xAI's `status` and `video`, or Zhipu's `task_status` and `video_result`.
    private static let otherStatus: JSONValue = Schema.object(
        [
            "request_id": Schema.id, "id": Schema.id, "model": Schema.string, "status": ["enum": ["pending", "done", "failed", "expired"]],
            "progress": ["type": "integer", "minimum": 0, "maximum": 100], "video": ["type": "object"], "usage": ["type": "object"],
            "task_status": ["enum": ["PROCESSING", "SUCCESS", "FAIL"]], "video_result": Schema.list(["type": "object"]),
            "error": ["type": "object"], "warnings": Schema.warnings,
        ],
        needed: ["request_id", "model"])

    private static let finished: JSONValue = Schema.object(
        ["data": Schema.list(["type": "object"]), "created": Schema.integer], needed: ["data", "created"])

    private static let error: JSONValue = Schema.object(
        ["message": Schema.string, "type": Schema.string, "param": ["type": ["string", "null"]], "code": Schema.integer],
        needed: ["message", "type", "code"])

    private static let failure: JSONValue = Schema.object(["error": error], needed: ["error"])
}
