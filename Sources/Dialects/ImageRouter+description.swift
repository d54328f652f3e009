import Wire

extension ImageRouter {
    package var schemas: [(name: String, schema: JSONValue)] {
        [
            ("imagerouter.Video", ImageRouter.video), ("imagerouter.CreateVideo", ImageRouter.create),
            ("imagerouter.CreateVideoForm", Schema.form(ImageRouter.create)),
            ("imagerouter.Model", ImageRouter.model), ("imagerouter.Error", ImageRouter.failure),
        ]
    }

    package var errorSchema: JSONValue { Schema.reference("imagerouter.Error") }

    package var descriptions: [Route.Action: Description] {
        let model = Schema.reference("imagerouter.Model")
        let example: JSONValue = ["model": "test/card", "prompt": "A red kite over a sea cliff", "size": "auto", "seconds": "auto"]
        let orders = ModelQuery.Order.allCases.map(\.rawValue)
        return [
            .create: Description("Makes a video and answers when it is done; errors after the first spaces stand inside the 200.")
                .withBody(Schema.reference("imagerouter.CreateVideo"), example: example)
                .withBody([.multipart], Schema.reference("imagerouter.CreateVideoForm"), example: example)
                .withResponse(Schema.any(Schema.reference("imagerouter.Video"), Schema.reference("imagerouter.Error"))),
            .models: Description("Lists what each model supports and costs.")
                .withQueryParameter("type", Schema.string).withQueryParameter("provider", Schema.string).withQueryParameter(
                    "name", Schema.string
                )
                .withQueryParameter("free", ["enum": ["true", "false", "1", "0"]]).withQueryParameter(
                    "sort", ["enum": .array(orders.map(JSONValue.string))]
                )
                .withQueryParameter("limit", ["type": "integer", "minimum": 1, "maximum": .int(Int64(ModelQuery.maxLimit))])
                .withResponse(Schema.any(["type": "object", "additionalProperties": model], Schema.list(model))),
            .model: Description("Returns one model.").withResponse(model),
            .test: Description("Checks the key, and returns what it may still spend.")
                .withResponse(
                    Schema.object(
                        ["success": ["const": true], "credits": ["type": ["integer", "null"]]], ("required", ["success", "credits"]))),
            .credits: Description("Returns what the key has spent and may still spend, in dollars.")
                .withResponse(
                    Schema.object(
                        [
                            "remaining_credits": ["type": ["string", "null"]], "credit_usage": Schema.string,
                            "total_deposits": ["type": ["string", "null"]],
                        ],
                        ("required", ["remaining_credits", "credit_usage", "total_deposits"]))),
            .health: Description("Answers if the server is running.")
                .withResponse(Schema.object(["status": Schema.constant("ok")], needed: ["status"])),
        ]
    }

    private static let create: JSONValue = Schema.job(
        [
            "model": Schema.model, "prompt": ["type": ["string", "null"], "maxLength": 20_000],
            "size": Schema.any(Schema.enumeration(["auto"]), Schema.size),
            "seconds": Schema.any(Schema.number(from: 1, to: 60, texts: "[1-9]|[1-5][0-9]|60"), Schema.enumeration(["auto"])),
            "response_format": Schema.enumeration(formats), "quality": Schema.enumeration(qualities), "image": Schema.media,
        ],
        needed: ["model"])

    private static let video: JSONValue = Schema.object(
        [
            "created": Schema.integer,
            "data": Schema.list(Schema.object(["url": Schema.link, "b64_json": Schema.string])),
            "latency": Schema.integer, "cost": ["type": ["number", "null"]], "warnings": Schema.warnings,
        ],
        ("required", ["created", "data", "latency", "cost"]))

    private static let model: JSONValue = Schema.object(
        [
            "providers": Schema.list(["type": "object"]), "output": Schema.list(Schema.string), "supported_params": ["type": "object"],
            "sizes": Schema.list(Schema.string), "seconds": Schema.list(["type": "number"]), "default_seconds": ["type": "number"],
        ],
        needed: ["providers", "output", "supported_params"])

    private static let failure: JSONValue = Schema.object(
        [
            "error": Schema.object(
                ["message": Schema.string, "type": Schema.string, "param": Schema.string, "code": Schema.string],
                needed: ["message", "type"]),
            "status": Schema.integer, "statusText": Schema.string,
        ],
        needed: ["error"])
}
