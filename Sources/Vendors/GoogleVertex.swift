import Jobs
import Wire

/// Google Cloud with a service account: Veo as a long-running prediction, and Gemini Omni through Interactions, as in `Google`, at another
/// path. Videos are base64 in the reply, or objects in the bucket that the account names (`storage`). Images are sent as base64 or as
/// `gs://` names; the API does not fetch web URLs.
struct GoogleVertex: TaskVendor {
    var card = {
        var card = VendorCard(
            name: "google-vertex", title: "Google Vertex AI",
            docs: "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation",
            host: "https://{location}-aiplatform.googleapis.com",
            auth: .serviceAccount(scope: "https://www.googleapis.com/auth/cloud-platform"),
            secrets: ["service_account": ["GOOGLE_APPLICATION_CREDENTIALS_JSON", "GOOGLE_APPLICATION_CREDENTIALS"]])
        card.aliases = ["vertex", "veo"]
        card.hosts["global"] = globalHost
        card.hosts["storage"] = "https://storage.googleapis.com"
        var project = VendorCard.Setting("project", environment: ["GOOGLE_CLOUD_PROJECT"])
        project.secretMember = ("service_account", "project_id")
        card.settings = [
            project,
            VendorCard.Setting("location", environment: ["GOOGLE_CLOUD_LOCATION"], fallback: "us-central1"),
            VendorCard.Setting("storage"),
        ]
        card.pollInterval = .seconds(10)
        card.transports = [.image: .inline, .video: .inline, .audio: .inline]
        card.extras = ["personGeneration", "resizeMode", "compressionQuality"]
        return card
    }()
    let replies = ReplyRules(
        id: ["name"], state: StateRules(at: ["done"], [.running: ["false"], .done: ["true"]]),
        // The code is a number of gRPC here: 3 for an invalid argument, 8 for a quota.
        errors: ErrorRules(messages: ["error.message"], codes: ["error.code"]))
    var project = ""
    var location = "us-central1"
    /// `gs://bucket/prefix/`: where results are to be put; nil to have them in the answer.
    var storage: String?
    let omni = Google()
    private static let globalHost = "https://aiplatform.googleapis.com"

    func adjusted(to settings: [String: String]) -> any Vendor {
        var vendor = self
        vendor.project = settings["project"] ?? project
        vendor.location = settings["location"] ?? location
        vendor.storage = settings["storage"].flatMap { $0.isEmpty ? nil : $0 }
        if vendor.location == "global" { vendor.card.hosts[VendorCard.mainHost] = GoogleVertex.globalHost }
        return vendor
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        guard !isOmni(model.upstream) else { return try omniStartCall(job, model) }
        var body: JSONValue = ["instances": [try instance(job)]]
        let parameters = parameters(job)
        if case .object(let members) = parameters, !members.isEmpty { body["parameters"] = parameters }
        return Call(.start, .post, path: modelPath(model.upstream) + ":predictLongRunning", body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        if isOmni(call) { return Ticket(fields: [GoogleVertex.omniTag] + (try omni.ticket(from: reply, to: call)).fields) }
        guard let ticket = ticket(of: try id(in: reply)) else { throw .withoutID("no operation name") }
        return ticket
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        isOmni(ticket) ? relocated(omni.statusCall(for: omniTicket(from: ticket))) : .call(operationCall(ticket, .status))
    }

    func progress(from reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if isOmni(ticket) { return relocated(try omni.progress(from: reply, for: omniTicket(from: ticket))) }
        if reply.isSuccess, let json = reply.json, json["done"] == nil, json["name"] != nil { return .progress(.running(percent: nil)) }
        return try pollStep(from: reply, for: ticket)
    }

    func refusal(_ reply: Reply) -> Fault { GoogleStatus(reply).refusal }

    func finished(_ task: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        if let error = task["error"], !error.isNull { return .progress(.failed(failure(.vendorFailed, of: task, in: reply, word: nil))) }
        return .progress(finished(task["response"], reply, ticket: ticket))
    }

    /// Only Interactions can be cancelled; predictions have no route for it.
    func cancelCall(for ticket: Ticket) -> Call? { isOmni(ticket) ? omni.cancelCall(for: omniTicket(from: ticket)).map(relocated) : nil }

    // MARK: The request for Veo

    private func instance(_ job: Job) throws(Fault) -> JSONValue {
        var instance = JSONValue.object([])
        instance["prompt"] = job.prompt.map(JSONValue.string)
        var references: [JSONValue] = []
        for medium in job.media {
            let file = try file(medium)
            switch (medium.role, medium.kind) {
            case (.firstFrame, .image): instance["image"] = file
            case (.lastFrame, .image): instance["lastFrame"] = file
            case (.source, .video): instance["video"] = file
            case (.mask, .image): instance["mask"] = file
            case (.reference, .image): references.append(["image": file, "referenceType": "ASSET"])
            default: throw .unusable(medium)
            }
        }
        if !references.isEmpty { instance["referenceImages"] = .array(references) }
        return instance
    }

    private func file(_ medium: InputMedia) throws(Fault) -> JSONValue {
        switch medium.source {
        case .bytes(let type, _), .base64(let type, _):
            return ["bytesBase64Encoded": medium.urlOrBase64, "mimeType": .string(type.text)]
        case .reference(let name) where name.hasPrefix("gs://"):
            var file: JSONValue = ["gcsUri": .string(name)]
            file["mimeType"] = MediaType(nameIn: name).map { .string($0.text) }
            return file
        case .reference, .url:
            let message = "This model takes files and gs:// names, no other names."
            throw Fault(.unsupported, message, param: medium.param, code: "unsupported", sent: .no)
        }
    }

    private func parameters(_ job: Job) -> JSONValue {
        var parameters = JSONValue.object([])
        parameters["storageUri"] = storage.map(JSONValue.string)
        if job.count > 1 { parameters["sampleCount"] = .int(Int64(job.count)) }
        parameters["durationSeconds"] = job.duration?.seconds.map(JSONValue.double)
        parameters["seed"] = job.seed.map(JSONValue.int)
        parameters["aspectRatio"] = job.frameFormat.aspectRatio.map { .string($0.description) }
        parameters["resolution"] = job.frameFormat.resolution.map { .string($0.text) }
        parameters["fps"] = job.framesPerSecond.map(JSONValue.double)
        parameters["negativePrompt"] = job.negativePrompt.map(JSONValue.string)
        parameters["generateAudio"] = job.audio.map(JSONValue.bool)
        parameters["enhancePrompt"] = job.enhancePrompt.map(JSONValue.bool)
        for (name, value) in job.extras where card.extras.contains(name) { parameters[name] = value }
        return parameters
    }

    // MARK: The ticket: operation and model; location and project only where they are not the account's

    private func modelPath(_ model: String) -> String {
        "/v1beta1/projects/{project}/locations/{location}/publishers/google/models/\(Percent.encoded(model))"
    }

    /// Reads `projects/P/locations/L/publishers/google/models/M/operations/ID`.
    private func ticket(of name: String) -> Ticket? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 10, parts[0] == "projects", parts[2] == "locations", parts[6] == "models", parts[8] == "operations",
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else { return nil }
        var fields = [parts[9], parts[7]]
        if parts[3] != location || parts[1] != project { fields.append(parts[3]) }
        if parts[1] != project { fields.append(parts[1]) }
        return Ticket(fields: fields)
    }

    private func operationCall(_ ticket: Ticket, _ purpose: Call.Purpose) -> Call {
        let place = ticket[2].isEmpty ? location : ticket[2]
        let owner = ticket[3].isEmpty ? project : ticket[3]
        let model = "projects/\(owner)/locations/\(place)/publishers/google/models/\(ticket[1])"
        let path = "/v1beta1/" + Percent.encoded(model, allowing: "/") + ":fetchPredictOperation"
        return Call(purpose, .post, path: path, body: .json(["operationName": .string("\(model)/operations/\(ticket[0])")]))
    }

    // MARK: The answers of Veo

    /// Clips; or, where the filters took all of them, their count and the reasons alone.
    private func finished(_ response: JSON?, _ reply: Reply, ticket: Ticket) -> Progress {
        let assets = (response?["videos"]?.elements ?? []).compactMap { asset($0, ticket) }
        if !assets.isEmpty { return .done(assets) }
        if let data = response?["bytesBase64Encoded"], let asset = inlined(data, .mp4, ticket: ticket) { return .done([asset]) }
        let reasons = (response?["raiMediaFilteredReasons"]?.elements ?? []).compactMap(\.string).joined(separator: " ")
        if !reasons.isEmpty || (response?["raiMediaFilteredCount"]?.int ?? 0) > 0 {
            return .failed(VendorError(reply, message: reasons.isEmpty ? nil : reasons).fault(.moderated))
        }
        return .failed(.withoutVideo("done without videos"))
    }

    private func asset(_ video: JSON, _ ticket: Ticket) -> Asset? {
        let type = video["mimeType"]?.string.flatMap { MediaType(field: $0) }
        if let name = video["gcsUri"]?.string, !name.isEmpty { return Asset(.video, stored(name), type: type) }
        return video["bytesBase64Encoded"].flatMap { inlined($0, type, ticket: ticket) }
    }

    private func inlined(_ data: JSON, _ type: MediaType?, ticket: Ticket) -> Asset? {
        Asset(base64: data, in: operationCall(ticket, .content), type: type)
    }

    /// `gs://bucket/path/to.mp4` by the JSON API of Cloud Storage, in which the object's name is one segment.
    func stored(_ name: String) -> Asset.Place {
        guard name.hasPrefix("gs://") else { return .url(name, credentials: false) }
        let halves = name.dropFirst(5).split(separator: "/", maxSplits: 1).map(String.init)
        let object = halves.count > 1 ? halves[1] : ""
        var call = Call(.content, .get, path: "/storage/v1/b/\(Percent.encoded(halves[0]))/o/\(Percent.encoded(object))", host: "storage")
        call.query.add("alt", "media")
        return .call(call)
    }
}
