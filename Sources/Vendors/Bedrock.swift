import Jobs
import Wire

/// Amazon Bedrock's asynchronous invocations: the video is written into a bucket of the account, under the invocation's own id, and read
/// from there with a signature for S3.
struct Bedrock: TaskVendor {
    private(set) var card = {
        var card = VendorCard(
            name: "aws-bedrock", title: "Amazon Bedrock",
            docs: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_StartAsyncInvoke.html",
            host: "https://bedrock-runtime.{region}.amazonaws.com", auth: .sigV4(service: "bedrock"),
            secrets: [
                "access_key": ["AWS_ACCESS_KEY_ID"], "secret_key": ["AWS_SECRET_ACCESS_KEY"], "session_token": ["AWS_SESSION_TOKEN"],
                "api_key": ["AWS_BEARER_TOKEN_BEDROCK"],
            ])
        card.aliases = ["bedrock"]
        card.settings = [
            VendorCard.Setting("region", environment: ["AWS_REGION", "AWS_DEFAULT_REGION"], fallback: "us-west-2"),
            VendorCard.Setting("output", environment: ["BEDROCK_OUTPUT_S3_URI"]),
            VendorCard.Setting("kms_key"),
            VendorCard.Setting("bucket_owner"),
        ]
        card.pollInterval = .seconds(10)
        card.transports = [.image: .inline]
        card.extras = ["loop"]
        card.trustedHosts = [".amazonaws.com"]
        return card
    }()
    let replies = ReplyRules(
        id: ["invocationArn"],
        state: StateRules([.running: ["InProgress"], .done: ["Completed"], .failed: ["Failed"]]),
        errors: ErrorRules(
            messages: ["failureMessage", "message", "Message"], codeHeader: "x-amzn-errortype",
            rules: [
                .codes("ThrottlingException", mean: .rate), .codes("ServiceQuotaExceededException", mean: .busy),
                .codes("UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException", mean: .credentials),
            ], expiry: [ErrorRules.notFound, .codes("ResourceNotFoundException", mean: .expired)]))
    private var settings: [String: String] = [:]

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        vendor.settings = settings
        if let bucket = Bedrock.place(settings["output"] ?? "")?.bucket { vendor.card.hosts[Bedrock.store] = vendor.origin(of: bucket) }
        return vendor
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        guard let output = settings["output"], Bedrock.place(output) != nil else {
            throw Fault(
                .misconfigured, "The account of this model is not set up completely.",
                detail: "the setting 'output' must be s3://bucket/prefix", sent: .no)
        }
        var store: JSONValue = ["s3Uri": .string(output)]
        store["kmsKeyId"] = settings["kms_key"].map(JSONValue.string)
        store["bucketOwner"] = settings["bucket_owner"].map(JSONValue.string)
        let input = try model.upstream.hasPrefix("amazon.") ? reel(job, model) : ray(job, model)
        var body: JSONValue = [
            "modelId": .string(model.upstream), "modelInput": input, "outputDataConfig": ["s3OutputDataConfig": store],
        ]
        body["clientRequestToken"] = job.correlationID.map(JSONValue.string)
        var call = Call(.start, .post, path: "/async-invoke", body: .json(body))
        call.correlationKey = job.correlationID.map { CorrelationKey($0) }
        if job.correlationID == nil { call.uuidMember = "clientRequestToken" }
        return call
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        shortened(try id(in: reply))
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        let arn: String
        if ticket.fields.count > 1 {
            arn = "arn%3Aaws%3Abedrock%3A{region}%3A" + Percent.encoded(ticket[0] + ":async-invoke/" + ticket[1])
        } else {
            arn = Percent.encoded(ticket[0])
        }
        return .call(Call(.status, .get, path: "/async-invoke/" + arn))
    }

    /// The newest invocations, each with its token (API_runtime_AsyncInvokeSummary).
    func lookupCall(for correlationKey: CorrelationKey) -> Call? {
        var call = Call(.lookup, .get, path: "/async-invoke")
        call.query.add("maxResults", "100")
        call.query.add("sortBy", "SubmissionTime")
        call.query.add("sortOrder", "Descending")
        return call
    }

    func ticket(fromLookup reply: Reply, by correlationKey: CorrelationKey) throws(Fault) -> Ticket? {
        guard reply.isSuccess else { throw refusal(reply) }
        let summaries = try reply.parsed()["asyncInvokeSummaries"]?.elements ?? []
        let summary = summaries.first { $0["clientRequestToken"]?.string == correlationKey[0] }
        return summary?["invocationArn"]?.string.map(shortened)
    }

    // MARK: The request

    /// Luma's Ray. `loop` is always said, as the vendor's examples do.
    private func ray(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        var input = try FlatBody(job, on: model, extras: card.extras, elsewhere: ["media"]).members
        var frames: JSONValue = .object([])
        frames["frame0"] = job.medium(.firstFrame).map(frame)
        frames["frame1"] = job.medium(.lastFrame).map(frame)
        if case .object(let members) = frames, !members.isEmpty { input["keyframes"] = frames }
        return input
    }

    private func frame(_ medium: InputMedia) -> JSONValue {
        let type = medium.type?.text ?? MediaType.png.text
        return ["type": "image", "source": ["type": "base64", "media_type": .string(type), "data": medium.urlOrBase64]]
    }

    /// Amazon's Nova Reel, all of whose settings are required.
    private func reel(_ job: Job, _ model: Model) throws(Fault) -> JSONValue {
        try job.rejectExtras(card.extras)
        var text: JSONValue = .object([])
        text["text"] = job.prompt.map(JSONValue.string)
        if let picture = job.medium(.firstFrame) {
            let format = picture.type == .jpeg ? "jpeg" : "png"
            text["images"] = [["format": .string(format), "source": ["bytes": picture.urlOrBase64]]]
        }
        var settings: JSONValue = [
            "durationSeconds": .double(job.duration?.seconds ?? model.defaults.seconds ?? 6), "fps": .double(job.framesPerSecond ?? 24),
            "dimension": .string((job.frameFormat.size ?? model.defaults.frameFormat.size)?.description ?? "1280x720"),
        ]
        settings["seed"] = job.seed.map(JSONValue.int)
        return ["taskType": "TEXT_VIDEO", "textToVideoParams": text, "videoGenerationConfig": settings]
    }

    // MARK: The ticket and the bucket

    /// `arn:aws:bedrock:<region>:<account>:async-invoke/<id>` as the account's number and the id; any other form as it is.
    private func shortened(_ arn: String) -> Ticket {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0...3] == ["arn", "aws", "bedrock", settings["region"] ?? ""], parts[5].hasPrefix("async-invoke/")
        else {
            return Ticket(arn)
        }
        return Ticket(parts[4], String(parts[5].dropFirst("async-invoke/".count)))
    }

    private static let store = "store"

    private static func place(_ uri: String) -> (bucket: String, key: String)? {
        guard uri.hasPrefix("s3://") else { return nil }
        let halves = uri.dropFirst(5).split(separator: "/", maxSplits: 1).map(String.init)
        return halves.first.map { ($0, halves.count > 1 ? halves[1] : "") }
    }

    /// The first region has its name in no address of a bucket.
    private func origin(of bucket: String) -> String {
        let region = settings["region"] ?? "us-east-1"
        return region == "us-east-1" ? "https://\(bucket).s3.amazonaws.com" : "https://\(bucket).s3.\(region).amazonaws.com"
    }

    /// The video is at `output.mp4` below the place that the answer names, which ends in the invocation's id.
    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        guard let uri = task["outputDataConfig"]?["s3OutputDataConfig"]?["s3Uri"]?.string, let place = Bedrock.place(uri) else {
            return .progress(.failed(.withoutVideo("no s3Uri")))
        }
        let path = "/" + Percent.encoded(place.key.hasSuffix("/") ? place.key + "output.mp4" : place.key + "/output.mp4", allowing: "/")
        let origin = origin(of: place.bucket)
        let isOwn = card.hosts[Bedrock.store] == origin
        var call =
            isOwn ? Call(.content, .get, path: path, host: Bedrock.store) : Call(.content, .get, foreign: origin + path, credentials: true)
        call.auth = .sigV4(service: "s3")
        call.headers = [("x-amz-checksum-mode", "ENABLED")]
        return .progress(.done([Asset(.video, .call(call), type: .mp4)]))
    }
}
