import Wire

extension AIMLAPI {
    package var schemas: [(name: String, schema: JSONValue)] {
        [
            ("aimlapi.Generation", AIMLAPI.generation), ("aimlapi.CreateVideo", AIMLAPI.create), ("aimlapi.Model", AIMLAPI.model),
            ("aimlapi.Error", AIMLAPI.failure),
        ]
    }

    package var errorSchema: JSONValue { Schema.reference("aimlapi.Error") }

    package var descriptions: [Route.Action: Description] {
        let generation = Schema.reference("aimlapi.Generation")
        let create = Description("Starts a video job.")
            .withBody(
                Schema.reference("aimlapi.CreateVideo"),
                example: ["model": "test/card", "prompt": "A red kite over a sea cliff", "duration": 5])
        return [
            .create: create.withResponse(generation), .legacy: create.withResponse(generation, status: 201),
            .status: Description("Returns the status of a video job.")
                .withQueryParameter("generation_id", ["type": "string", "minLength": 1], isNeeded: true).withResponse(generation),
            .models: Description("Lists the models that the caller may use.")
                .withQueryParameter("id", Schema.string).withQueryParameter("type", Schema.string).withQueryParameter(
                    "include", Schema.string
                )
                .withResponse(
                    Schema.object(
                        ["object": Schema.constant("list"), "data": Schema.list(Schema.reference("aimlapi.Model"))],
                        needed: ["object", "data"])),
            .model: Description("Returns one model.").withResponse(Schema.reference("aimlapi.Model")),
        ]
    }

    private static let create: JSONValue = Schema.single(
        [
            "model": Schema.model, "prompt": Schema.text, "image_url": Schema.media, "tail_image_url": Schema.media,
            "resolution": Schema.enumeration(Schema.resolutions), "aspect_ratio": Schema.enumeration(Schema.aspectRatios),
            "duration": Schema.duration,
            "negative_prompt": Schema.text, "style": Schema.text, "seed": Schema.seed, "generate_audio_switch": Schema.flag,
            "generate_multi_clip_switch": Schema.flag, "thinking_type": Schema.enumeration(["enabled", "disabled", "auto"]),
        ],
        needed: ["model"], Schema.oneOf("prompt", "image_url", "tail_image_url"))

    private static let generation: JSONValue = Schema.object(
        [
            "id": Schema.id, "status": ["enum": ["queued", "generating", "completed", "succeeded", "error"]],
            "video": ["type": ["object", "null"], "properties": ["url": Schema.link]],
            "error": [
                "type": ["object", "null"], "properties": ["name": Schema.string, "message": Schema.string],
            ],
            "meta": ["type": ["object", "null"]], "warnings": Schema.warnings,
        ],
        needed: ["id", "status"])

    private static let model: JSONValue = Schema.object(
        [
            "id": Schema.string, "aliases": Schema.list(Schema.string), "type": Schema.string, "info": ["type": "object"],
            "tags": Schema.list(Schema.string),
        ],
        needed: ["id", "type", "info"])

    private static let failure: JSONValue = Schema.object(
        [
            "message": Schema.string, "path": Schema.string, "requestId": Schema.string, "statusCode": Schema.string,
            "timestamp": ["type": "string", "format": "date-time"],
        ],
        needed: ["message", "path", "requestId", "statusCode", "timestamp"])
}
