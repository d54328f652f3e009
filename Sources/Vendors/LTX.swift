import Jobs
import Wire

/// Lightricks' own API in its asynchronous form (v2): one endpoint for each kind of work, and the job is known only under its own.
struct LTX: TaskVendor {
    let card = {
        var card = VendorCard(
            name: "ltx", title: "LTX API", docs: "https://docs.ltx.video", host: "https://api.ltx.video", auth: .bearer,
            secrets: ["api_key": ["LTX_API_KEY", "LTXV_API_KEY"]])
        card.aliases = ["lightricks"]
        card.pollInterval = .seconds(5)
        card.transports = [.image: [.url, .upload], .video: [.url, .upload], .audio: [.url, .upload]]
        card.resultTTL = .seconds(24 * 3600)
        card.refusalStatuses = [503, 529]
        return card
    }()
    /// Jobs are kept for a day.
    let replies = ReplyRules(
        state: StateRules(
            [
                .queued: ["pending", "queued"], .running: ["processing", "running", "in_progress", "starting", "started"],
                .done: ["completed"], .failed: ["failed"],
            ]),
        errors: ErrorRules(
            messages: ["error.message"], codes: ["error.type"],
            rules: [
                .codes("content_filtered_error", mean: .moderated), .codes("insufficient_funds_error", mean: .balance),
                .codes("concurrency_limit_error", mean: .busy),
            ],
            failures: [.codes("content_filtered_error", mean: .moderated), .codes("insufficient_funds_error", mean: .balance)],
            readsModerationWords: false))

    /// Files that fit go along as data URIs; larger ones are put where the vendor says, up to 100 MB.
    func uploadStep(for medium: InputMedia, of job: Job, on model: Model, after replies: [Reply]) throws(Fault) -> UploadStep {
        guard let (type, bytes) = try? medium.contents() else { return .done(medium.source) }
        let encoded = (bytes.count + 2) / 3 * 4 + 32
        if encoded <= (medium.kind == .image ? LTX.maxImageBytes : LTX.maxVideoBytes) { return .done(medium.source) }
        guard let ticket = replies.first else { return .call(Call(.upload, .post, path: "/v1/upload")) }
        guard ticket.isSuccess else { throw refusal(ticket) }
        let json = try ticket.parsed()
        guard let url = json["upload_url"]?.string, let name = json["storage_uri"]?.string else {
            throw Fault(.vendorNonsense, "The vendor gave no place for the file.", detail: "no upload_url or storage_uri", sent: .no)
        }
        guard replies.count > 1 else {
            var call = Call(.upload, .put, foreign: url)
            call.headers = (json["required_headers"]?.members ?? []).compactMap { name, value in
                HeaderName(name).flatMap { name in value.string.map { (name, $0) } }
            }
            call.body = .bytes(type, bytes)
            return .call(call)
        }
        guard replies[1].isSuccess else {
            throw Fault(
                .vendorUnavailable, "The file could not be uploaded to the vendor.", param: medium.param,
                detail: "HTTP \(replies[1].status)",
                sent: .no)
        }
        return .done(.reference(name))
    }

    func startCall(for job: Job, on model: Model) throws(Fault) -> Call {
        let endpoint = try endpoint(of: job)
        if endpoint.hasPrefix("audio"), job.prompt == nil, job.medium(.firstFrame) == nil {
            throw Fault(
                .missing, "Audio needs a prompt or an image.", param: "prompt", code: "missing_required_parameter",
                sent: .no)
        }
        var body = try FlatBody(job, on: model).members
        if FieldNames(model.wire)["model"] != nil { body["model"] = .string(model.upstream) }
        return Call(.start, .post, path: "/v2/" + endpoint, body: .json(body))
    }

    func ticket(from reply: Reply, to call: Call) throws(Fault) -> Ticket {
        let id = try id(in: reply)
        guard case .path(_, let path) = call.target else { return Ticket("", id) }
        return Ticket(String(path.dropFirst("/v2/".count)), id)
    }

    func statusCall(for ticket: Ticket) -> PollStep {
        .call(Call(.status, .get, path: "/v2/\(Percent.encoded(ticket[0]))/\(Percent.encoded(ticket[1]))"))
    }

    private static let maxImageBytes = 7_000_000
    private static let maxVideoBytes = 15_000_000

    private func endpoint(of job: Job) throws(Fault) -> String {
        switch job.operation {
        case .extend: return "extend"
        case .retake: return "retake"
        case .hdr: return "video-to-video-hdr"
        case .reframe: return "video-to-video-reframe"
        case .edit, .remix:
            throw Fault(
                .unsupported, "This vendor edits a video by a retake of a span only.", param: "model", code: "unsupported", sent: .no)
        case .generate: break
        }
        if job.medium(.audio) != nil { return "audio-to-video" }
        return job.medium(.firstFrame) != nil ? "image-to-video" : "text-to-video"
    }

    // MARK: The answers

    /// The result is a map of URLs: `video_url`, or `exr_frames_url` (a file of frames) for high dynamic range.
    func finished(_ json: JSON, _ reply: Reply, for ticket: Ticket) throws(Fault) -> PollStep {
        let assets = (json["result"]?.members ?? []).compactMap { _, value in
            value.string.map { Asset(.video, .url($0, credentials: false)) }
        }
        return .progress(finished(with: assets, json, reply))
    }
}
