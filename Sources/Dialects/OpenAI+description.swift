import Wire

extension OpenAI {
    package var schemas: [(name: String, schema: JSONValue)] {
        [
            ("openai.Video", OpenAI.video), ("openai.CreateVideo", OpenAI.create),
            ("openai.CreateVideoForm", Schema.form(OpenAI.create)), ("openai.Model", OpenAI.model),
            ("openai.Error", OpenAI.failure),
        ]
    }

    package var errorSchema: JSONValue { Schema.reference("openai.Error") }

    /// Characters are always refused, so they have no description.
    package var descriptions: [Route.Action: Description] {
        let video = Schema.reference("openai.Video")
        let example: JSONValue = ["model": "test/card", "prompt": "A red kite over a sea cliff", "seconds": "4"]
        let source: JSONValue = Schema.object(["id": Schema.id], needed: ["id"])
        return [
            .create: Description("Starts a video job.")
                .withBody(Schema.reference("openai.CreateVideo"), example: example)
                .withBody([.multipart, .form], Schema.reference("openai.CreateVideoForm"), example: example)
                .withResponse(video),
            .status: Description("Returns the status of a video job.").withResponse(video),
            .list: Description("Lists the caller's video jobs.")
                .withQueryParameter("after", Schema.string).withQueryParameter("limit", ["type": "integer", "minimum": 0, "maximum": 100])
                .withQueryParameter("order", ["enum": ["asc", "desc"]])
                .withResponse(
                    Schema.object(
                        [
                            "object": Schema.constant("list"), "data": Schema.list(video), "first_id": ["type": ["string", "null"]],
                            "last_id": ["type": ["string", "null"]], "has_more": ["type": "boolean"],
                        ],
                        needed: ["object", "data", "has_more"])),
            .delete: Description("Deletes a video job; one that is not done is cancelled first.")
                .withResponse(
                    Schema.object(
                        ["id": Schema.id, "object": Schema.constant("video.deleted"), "deleted": ["const": true]],
                        needed: ["id", "object", "deleted"])),
            .cancel: Description("Cancels a video job that is not done, if its vendor can, and returns the job.").withResponse(video),
            .content: Description("Streams a result of a completed job; ranges are supported.")
                .withQueryParameter("variant", ["enum": ["video", "thumbnail", "spritesheet"]]).withVideoResponse(),
            .remix: Description("Makes the same video again with another prompt.")
                .withBody(
                    [.json, .multipart, .form], Schema.single(["prompt": OpenAI.prompt], needed: ["prompt"]),
                    example: ["prompt": "The same at night"]
                )
                .withResponse(video),
            .edit: Description("Edits an earlier video.")
                .withBody(
                    Schema.single(
                        ["prompt": OpenAI.prompt, "video": source, "model": Schema.model], needed: ["video"]),
                    example: ["prompt": "Make it snow", "video": ["id": "video_123"]]
                )
                .withResponse(video),
            .extend: Description("Extends an earlier video.")
                .withBody(
                    Schema.single(
                        ["prompt": OpenAI.prompt, "video": source, "seconds": Schema.duration, "model": Schema.model],
                        needed: ["video", "seconds"]),
                    example: ["prompt": "It flies on", "video": ["id": "video_123"], "seconds": "4"]
                )
                .withResponse(video),
            .models: Description("Lists the models and aliases that the caller may use.").withResponse(Schema.models),
            .model: Description("Returns one model.").withResponse(Schema.listedModel),
            .catalogue: Description("Lists what each model supports and costs.")
                .withQueryParameter("provider", Schema.string).withQueryParameter("name", Schema.string).withQueryParameter(
                    "free", ["enum": ["true", "false", "1", "0"]]
                )
                .withQueryParameter("sort", ["enum": ["name", "provider", "price", "date"]])
                .withQueryParameter("limit", ["type": "integer", "minimum": 1, "maximum": .int(Int64(ModelQuery.maxLimit))])
                .withResponse(
                    Schema.object(
                        ["object": Schema.constant("list"), "data": Schema.list(Schema.reference("openai.Model"))],
                        needed: ["object", "data"])),
        ]
    }

    private static let prompt = Schema.prompt(OpenAI.maxPromptLength)

    private static let create: JSONValue = Schema.single(
        [
            "model": Schema.model, "prompt": prompt, "seconds": Schema.duration, "size": Schema.frameFormat,
            "input_reference": Schema.media,
            "seed": Schema.seed, "negative_prompt": Schema.text,
        ],
        Schema.oneOf("prompt", "input_reference"))

    /// Always with the thirteen members of the published schema.
    private static let video: JSONValue = Schema.object(
        [
            "id": Schema.id, "object": Schema.constant("video"), "model": Schema.string,
            "status": ["enum": ["queued", "in_progress", "completed", "failed"]],
            "progress": ["type": "integer", "minimum": 0, "maximum": 100], "created_at": Schema.integer,
            "completed_at": Schema.optionalInteger, "expires_at": Schema.optionalInteger, "prompt": ["type": ["string", "null"]],
            "size": Schema.string, "seconds": Schema.string, "remixed_from_video_id": ["type": ["string", "null"]],
            "error": ["oneOf": [["type": "null"], error]], "url": Schema.link, "warnings": Schema.warnings,
        ],
        (
            "required",
            [
                "id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size", "seconds",
                "remixed_from_video_id", "error",
            ]
        ))

    private static let error: JSONValue = Schema.object(["code": Schema.string, "message": Schema.string], needed: ["code", "message"])

    private static let failure: JSONValue = Schema.object(
        [
            "error": Schema.object(
                [
                    "message": Schema.string, "type": Schema.string, "param": ["type": ["string", "null"]],
                    "code": ["type": ["string", "null"]],
                ],
                needed: ["message", "type"])
        ],
        needed: ["error"])

    private static let model: JSONValue = {
        let texts = Schema.list(Schema.string)
        let numbers: JSONValue = ["type": ["array", "null"], "items": ["type": "number"]]
        return Schema.object(
            [
                "id": Schema.string, "object": Schema.constant("model"), "name": Schema.string, "created": Schema.integer,
                "owned_by": Schema.string, "is_alias": ["type": "boolean"], "aliases": texts, "modes": texts,
                "supported_durations": numbers, "supported_sizes": texts, "supported_resolutions": texts, "supported_aspect_ratios": texts,
                "supported_frame_images": texts, "default_seconds": ["type": ["number", "null"]],
                "default_size": ["type": ["string", "null"]], "generate_audio": ["enum": ["never", "always", "optional"]],
                "seed": ["type": "boolean"], "negative_prompt": ["type": "boolean"], "price_per_second": ["type": ["object", "null"]],
                "pricing": Schema.list(["type": "object"]), "deprecation_date": ["type": ["string", "null"]],
                "retires": ["type": ["string", "null"]],
            ],
            needed: [
                "id", "object", "created", "owned_by", "modes", "aliases", "supported_sizes", "supported_resolutions",
                "supported_aspect_ratios", "supported_frame_images", "generate_audio", "seed", "negative_prompt", "pricing",
            ])
    }()
}
