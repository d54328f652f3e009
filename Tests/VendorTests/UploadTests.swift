import Jobs
import Testing
import Vendors
import Wire

@Suite struct `UploadTokens before a job` {
    private let vendor = Registry.vendor("dashscope")
    private let medium = InputMedia(.audio, .audio, source: .bytes(.mp3, Bytes("sound".utf8)[...]), param: "audio_url")
    private let model = Model(vendor: "dashscope", name: "wan-2.6", upstream: "wan2.6-t2v", title: "Wan 2.6")

    private func step(after replies: [Reply]) throws -> UploadStep {
        var job = Job(model: "wan-2.6", prompt: "A boat")
        job.media = [medium]
        return try #require(vendor).uploadStep(for: medium, of: job, on: model, after: replies)
    }

    private var policy: Reply {
        let text = """
            {"request_id": "x", "data": {"policy": "p", "signature": "s", "upload_dir": "instant/a",
            "upload_host": "https://store.example.com", "oss_access_key_id": "k", "x_oss_object_acl": "private",
            "x_oss_forbid_overwrite": "true", "max_file_size_mb": 100}}
            """
        return Reply(status: 200, body: Bytes(text.utf8)[...])
    }

    @Test func `the first step asks for a place for files of the model`() throws {
        guard case .call(let call) = try step(after: []) else { return #expect(Bool(false), "a call was expected") }
        #expect(call.query["action"] == "getPolicy" && call.query["model"] == "wan2.6-t2v")
    }

    @Test func `the file goes to the store without the account's key, in the vendor's form`() throws {
        guard case .call(let call) = try step(after: [policy]), case .multipart(let parts) = call.body else {
            return #expect(Bool(false), "a form was expected")
        }
        guard case .foreign(let url, let credentials) = call.target else { return #expect(Bool(false), "a foreign host was expected") }
        #expect(url == "https://store.example.com" && !credentials)
        let names = parts.map { part in
            switch part {
            case .text(let name, _): name
            case .file(let name, let file, let type, _): "\(name) \(file) \(type)"
            }
        }
        #expect(
            names == [
                "OSSAccessKeyId", "Signature", "policy", "key", "x-oss-object-acl", "x-oss-forbid-overwrite", "success_action_status",
                "x-oss-content-type", "file audio-0.mp3 audio/mpeg",
            ])
    }

    @Test func `the job then refers to the stored file`() throws {
        guard case .done(.reference(let name)) = try step(after: [policy, Reply(status: 200, body: Bytes()[...])]) else {
            return #expect(Bool(false), "a reference was expected")
        }
        #expect(name == "oss://instant/a/audio-0.mp3")
    }

    @Test(arguments: [([4_500_000], false), ([4_500_001], true), ([2_300_000, 2_300_000], true), ([1_000, 2_000], false)])
    func `images of a job go to the store where the body would become too large`(sizes: [Int], isUploaded: Bool) throws {
        var job = Job(model: "wan-2.6", prompt: "A boat")
        job.media = sizes.map { InputMedia(.reference, .image, source: .bytes(.png, Bytes(repeating: 7, count: $0)[...]), param: "images") }
        let step = try #require(vendor).uploadStep(for: job.media[0], of: job, on: model, after: [])
        switch step {
        case .call: #expect(isUploaded)
        case .done(let source):
            guard case .bytes = source else { return #expect(Bool(false), "bytes were expected") }
            #expect(!isUploaded)
        }
    }

    @Test func `a store that refuses the file ends the upload`() {
        #expect(throws: Fault.self) { try step(after: [policy, Reply(status: 403, body: Bytes()[...])]) }
    }
}
