import Jobs
import Wire

extension LTX {
    package var schemas: [(name: String, schema: JSONValue)] {
        [("ltx.Job", LTX.job), ("ltx.Accepted", LTX.acceptedJob), ("ltx.Error", LTX.failure)]
    }

    package var errorSchema: JSONValue { Schema.reference("ltx.Error") }

    /// Each endpoint twice: synchronous, and with an id.
    package var descriptions: [Route.Action: Description] {
        var descriptions: [Route.Action: Description] = [
            .status: Description("Returns the status of a job of this endpoint.").withResponse(Schema.reference("ltx.Job")),
            .upload: Description("Returns a place for one file, which is then sent there with PUT.").withResponse(LTX.upload),
        ]
        for (endpoint, summary, schema, example) in LTX.bodies {
            descriptions[.endpoint(endpoint, isSynchronous: false)] = Description(summary)
                .withBody(schema, example: example).withResponse(Schema.reference("ltx.Accepted"), status: 202)
            guard endpoint.isSynchronous else { continue }
            descriptions[.endpoint(endpoint, isSynchronous: true)] = Description(summary + " The answer is the video itself.")
                .withBody(schema, example: example).withVideoResponse()
        }
        return descriptions
    }

    private static let bodies: [(endpoint: Endpoint, summary: String, schema: JSONValue, example: JSONValue)] = [
        (
            .textToVideo, "Makes a video from a prompt.",
            Schema.single(
                [
                    "prompt": prompt, "model": Schema.model.neverNull, "duration": duration, "resolution": Schema.size.neverNull,
                    "fps": Schema.framesPerSecond, "generate_audio": Schema.flag, "camera_motion": Schema.enumeration(cameraMotions),
                ],
                ("required", ["prompt", "model", "duration", "resolution"])),
            ["prompt": "A red kite", "model": "test/card", "duration": 8, "resolution": "1920x1080"]
        ),
        (
            .imageToVideo, "Makes a video from an image.",
            Schema.single(
                [
                    "image_uri": Schema.media.neverNull, "last_frame_uri": Schema.media, "prompt": optionalPrompt,
                    "model": Schema.model.neverNull, "duration": duration, "resolution": Schema.size.neverNull,
                    "fps": Schema.framesPerSecond, "generate_audio": Schema.flag,
                    "camera_motion": Schema.enumeration(cameraMotions),
                ],
                ("required", ["image_uri", "model", "duration", "resolution"])),
            [
                "image_uri": "https://media.example/frame.png", "prompt": "It flies", "model": "test/card", "duration": 8,
                "resolution": "1920x1080",
            ]
        ),
        (
            .audioToVideo, "Makes a video for an audio file.",
            Schema.single(
                [
                    "audio_uri": Schema.media, "prompt": optionalPrompt, "image_uri": Schema.media, "model": Schema.model,
                    "duration": Schema.duration, "resolution": Schema.enumeration(["1920x1080", "1080x1920"]),
                    "guidance_scale": Schema.guidance,
                ],
                needed: ["audio_uri"], Schema.oneOf("prompt", "image_uri")),
            ["audio_uri": "https://media.example/song.mp3", "prompt": "A dance"]
        ),
        (
            .retake, "Replaces a span of a clip.",
            Schema.single(
                [
                    "video_uri": Schema.media, "start_time": Schema.number(from: 0, to: InputValue.maxSeconds, texts: "[0-9]{1,2}"),
                    "duration": Schema.number(from: 2, to: maxSeconds, texts: "[2-9]|[1-5][0-9]|60"), "prompt": optionalPrompt,
                    "mode": Schema.enumeration(["replace_audio", "replace_video", "replace_audio_and_video"]),
                ],
                needed: ["video_uri", "start_time", "duration"]),
            ["video_uri": "https://media.example/clip.mp4", "start_time": 1.5, "duration": 3]
        ),
        (
            .extend, "Makes a clip longer.",
            Schema.single(
                [
                    "video_uri": Schema.media, "duration": Schema.number(from: 2, to: 20, texts: "[2-9]|1[0-9]|20"),
                    "prompt": optionalPrompt,
                    "mode": Schema.enumeration(["start", "end"]),
                ],
                needed: ["video_uri", "duration"]),
            ["video_uri": "https://media.example/clip.mp4", "duration": 5]
        ),
        (
            .hdr, "Converts a video to high dynamic range.",
            Schema.single(["video_uri": Schema.media], needed: ["video_uri"]),
            ["video_uri": "https://media.example/clip.mp4"]
        ),
        (
            .reframe, "Gives a clip another frame.",
            Schema.single(
                ["video_uri": Schema.media, "model": Schema.model, "resolution": Schema.size],
                needed: ["video_uri", "model", "resolution"]),
            ["video_uri": "https://media.example/clip.mp4", "model": "test/card", "resolution": "1080x1350"]
        ),
    ]

    private static let prompt = Schema.prompt(maxPromptLength)
    private static let optionalPrompt: JSONValue = ["type": ["string", "null"], "maxLength": .int(Int64(maxPromptLength))]
    private static let duration: JSONValue = [
        "anyOf": [
            ["type": "integer", "minimum": 1, "maximum": .double(maxSeconds)], ["type": "string", "pattern": "^(?:[1-9]|[1-5][0-9]|60)$"],
            ["type": "null"],
        ]
    ]

    private static let acceptedJob: JSONValue = Schema.object(["id": Schema.id, "created_at": moment], needed: ["id", "created_at"])
    private static let job: JSONValue = Schema.object(
        [
            "status": ["enum": ["pending", "processing", "completed", "failed"]], "id": Schema.id, "created_at": moment,
            "completed_at": moment, "result": ["type": "object", "additionalProperties": Schema.link], "error": error,
            "warnings": Schema.warnings,
        ],
        needed: ["status", "id", "created_at"])
    private static let moment: JSONValue = ["type": "string", "format": "date-time"]
    private static let upload: JSONValue = Schema.object(
        [
            "upload_url": Schema.link, "storage_uri": ["type": "string", "pattern": .string("^" + uploadScheme)], "expires_at": moment,
            "required_headers": ["type": "object", "additionalProperties": Schema.string],
        ],
        needed: ["upload_url", "storage_uri", "expires_at", "required_headers"])
    private static let error: JSONValue = Schema.object(["type": Schema.string, "message": Schema.string], needed: ["type", "message"])
    private static let failure: JSONValue = Schema.object(["type": Schema.constant("error"), "error": error], needed: ["type", "error"])
}
