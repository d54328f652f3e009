import Wire

extension Siray {
    package var schemas: [(name: String, schema: JSONValue)] {
        [
            ("siray.Task", Siray.task), ("siray.Submitted", Siray.submittedTask), ("siray.CreateVideo", Siray.create),
            ("siray.Error", Siray.failure),
        ]
    }

    package var errorSchema: JSONValue { Schema.reference("siray.Error") }

    package var descriptions: [Route.Action: Description] {
        [
            .create: Description("Starts a video job.")
                .withBody(
                    Schema.reference("siray.CreateVideo"),
                    example: ["model": "test/card", "prompt": "A red kite over a sea cliff", "duration": 5]
                )
                .withResponse(Schema.reference("siray.Submitted")),
            .status: Description("Returns the status of a video job.").withResponse(Siray.envelope(Schema.reference("siray.Task"))),
            .models: Description("Lists the models and aliases that the caller may use.").withResponse(Schema.models),
            .model: Description("Returns one model.").withResponse(Schema.listedModel),
            .catalogue: Description("Lists what each model takes and costs.")
                .withResponse(Schema.object(["data": Schema.list(Siray.listed)], needed: ["data"])),
            .upload: Description("Returns a place for one file, as temporary credentials of an object store.")
                .withResponse(Schema.object(["data": ["type": "object"]], needed: ["data"])),
        ]
    }

    private static let create: JSONValue = Schema.job(
        [
            "model": Schema.model, "prompt": Schema.text, "image": Schema.media, "end_image": Schema.media,
            "aspect_ratio": Schema.enumeration(Schema.aspectRatios + ["21:9", "adaptive"]), "duration": Schema.duration,
            "audio_enable": Schema.flag, "negative_prompt": Schema.text, "cfg_scale": Schema.guidance,
            "seed": [
                "anyOf": [["type": "integer", "minimum": -1, "maximum": .int(maxSeed)], ["type": "null"]]
            ],
        ],
        needed: ["model"], Schema.oneOf("prompt", "image", "end_image"))

    private static let task: JSONValue = Schema.object(
        [
            "task_id": Schema.id, "action": Schema.string, "status": ["enum": ["QUEUED", "IN_PROGRESS", "SUCCESS", "FAILURE"]],
            "progress": ["type": "string", "pattern": "^[0-9]{1,3}%$"], "outputs": Schema.list(Schema.link), "submit_time": Schema.integer,
            "start_time": Schema.integer, "finish_time": Schema.integer, "fail_reason": Schema.string,
        ],
        needed: ["task_id", "status", "progress", "outputs", "submit_time", "start_time", "finish_time", "fail_reason"])

    private static let submittedTask: JSONValue = Schema.object(
        [
            "code": Schema.constant("success"), "message": Schema.string,
            "data": Schema.object(["task_id": Schema.id], needed: ["task_id"]),
            "task_id": Schema.id, "id": Schema.id,
        ],
        needed: ["code", "message", "data", "task_id", "id"])

    private static func envelope(_ data: JSONValue) -> JSONValue {
        Schema.object(["code": Schema.constant("success"), "message": Schema.string, "data": data], needed: ["code", "message", "data"])
    }

    private static let listed: JSONValue = Schema.object(
        [
            "model_name": Schema.string, "tag": Schema.string, "model_extend_info": Schema.string, "out_price": ["type": "number"],
            "billing_type": Schema.integer,
        ],
        needed: ["model_name", "tag", "model_extend_info", "out_price", "billing_type"])

    private static let failure: JSONValue = Schema.object(
        [
            "error": Schema.object(
                ["message": Schema.string, "code": Schema.string, "type": Schema.string], needed: ["message", "code", "type"]),
            "code": Schema.string, "message": Schema.string, "fail_code": Schema.string, "data": ["type": "null"],
        ],
        needed: ["error", "code", "message"])
}
