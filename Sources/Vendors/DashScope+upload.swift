import Jobs
import Wire

extension DashScope {
    /// How many bytes the images of a job may have together to be sent as data URIs. The vendor's front refuses bodies above 6,291,456
    /// bytes (langgenius/dify#35258, seen with another model of it); base64 makes three bytes four.
    private static let maxInlineImageBytes = 4_500_000

    /// Small images stay in the call. Other bytes go to a store that the vendor names, with a form that it has signed; the job then names
    /// them as `oss://…`.
    func uploadStep(for medium: InputMedia, of job: Job, on model: Model, after replies: [Reply]) throws(Fault) -> UploadStep {
        let images = job.media.filter { $0.kind == .image }
        if medium.kind == .image, images.reduce(0, { $0 + ($1.size ?? 0) }) <= DashScope.maxInlineImageBytes { return .done(medium.source) }
        guard let answer = replies.first else {
            var call = Call(.upload, .get, path: "/uploads")
            call.query.add("action", "getPolicy")
            call.query.add("model", model.upstream)
            return .call(call)
        }
        guard answer.isSuccess else { throw refusal(answer) }
        let policy = try answer.parsed()["data"]
        guard let folder = policy?["upload_dir"]?.string, let host = policy?["upload_host"]?.string else {
            throw Fault(.vendorNonsense, "The vendor gave no place for the file.", detail: "no upload_host or upload_dir", sent: .no)
        }
        let key = folder + "/" + name(of: medium, in: job)
        if let stored = replies.dropFirst().first {
            guard stored.isSuccess else { throw VendorError(stored, message: nil).fault(.vendorUnavailable) }
            return .done(.reference("oss://" + key))
        }
        var call = Call(.upload, .post, foreign: host)
        call.body = .multipart(try form(policy, key, medium: medium))
        return .call(call)
    }

    private func form(_ policy: JSON?, _ key: String, medium: InputMedia) throws(Fault) -> [Call.Part] {
        let type = medium.type ?? .bytes
        let fields: [(name: String, value: String?)] = [
            ("OSSAccessKeyId", policy?["oss_access_key_id"]?.string), ("Signature", policy?["signature"]?.string),
            ("policy", policy?["policy"]?.string), ("key", key), ("x-oss-object-acl", policy?["x_oss_object_acl"]?.string),
            ("x-oss-forbid-overwrite", policy?["x_oss_forbid_overwrite"]?.string), ("success_action_status", "200"),
            ("x-oss-content-type", type.text),
        ]
        let file = Call.Part.file(name: "file", fileName: String(key.split(separator: "/").last ?? ""), type, try bytes(of: medium))
        return fields.compactMap { name, value in value.map { .text(name: name, $0) } } + [file]
    }

    private func bytes(of medium: InputMedia) throws(Fault) -> Slice {
        switch medium.source {
        case .bytes(_, let bytes): return bytes
        case .base64(_, let text):
            if let bytes = try? Base64.standard.decode(text) { return bytes[...] }
            throw Fault(.invalid, "The \(medium.kind.rawValue) is not base64.", param: medium.param, code: "invalid_value", sent: .no)
        case .url, .reference: return []
        }
    }

    /// Unique among the files of the job: contains its index in the media.
    private func name(of medium: InputMedia, in job: Job) -> String {
        let place = job.media.firstIndex { $0.param == medium.param && $0.kind == medium.kind } ?? 0
        return "\(medium.kind.rawValue)-\(place)\((medium.type ?? .bytes).fileEnding)"
    }
}
