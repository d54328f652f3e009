import Jobs
import Testing
import Wire

@testable import Dialects

/// The names of other APIs and SDKs mean the same in every dialect.
struct ParameterNamesTests {
    static let creators: [(dialect: any Dialect, path: String, members: String)] = [
        (OpenAI(), "/v1/videos", #""model":"m","prompt":"A kite""#),
        (Siraya(), "/v1/videos/generations", #""model":"m","prompt":"A kite""#),
        (Siray(), "/v1/video/generations", #""model":"m","prompt":"A kite""#),
        (ImageRouter(), "/v1/openai/videos/generations", #""model":"m","prompt":"A kite""#),
        (AIMLAPI(), "/v2/video/generations", #""model":"m","prompt":"A kite""#),
        (LTX(), "/v2/text-to-video", #""model":"m","prompt":"A kite","duration":null,"resolution":"1920x1080""#),
    ]

    static func read(_ creator: (dialect: any Dialect, path: String, members: String), _ member: String) -> Result<Job, Fault> {
        var request = Request(method: .post, path: creator.path, body: Bytes("{\(creator.members),\(member)}".utf8)[...])
        request.headers.set(.contentType, "application/json")
        return creator.dialect.command(for: request).flatMap { ask in
            if case .create(let command) = ask { .success(command.job) } else { .failure(Fault(.internalError, "")) }
        }
    }

    /// - Parameter skipping: dialects whose own contract says something else of the name.
    private func expectEverywhere(_ member: String, skipping: String = "", _ holds: (Job) -> Bool) {
        for creator in Self.creators where creator.dialect.name != skipping {
            switch Self.read(creator, member) {
            case .success(let job): #expect(holds(job) && job.extras.isEmpty, "\(creator.dialect.name): \(member)")
            case .failure(let fault): Issue.record("\(creator.dialect.name): \(member): \(fault.message)")
            }
        }
    }

    @Test(arguments: [
        "n_seconds", "numSeconds", "num_seconds", "durationSeconds", "duration_seconds", "video_length", "videoLength", "videoDuration",
        "clip-length", "length",
    ]) func `a length is understood`(_ name: String) {
        for value in ["8", #""8""#, #"" 8""#, #""8s""#, #""8 seconds\n""#] {
            expectEverywhere("\"\(name)\":\(value)", skipping: "ltx") { $0.duration == .seconds(8) }
        }
    }

    @Test(arguments: [
        "imageUrl", "image_url", "imageURL", "firstFrame", "first_frame_image", "firstFrameImage", "startImage", "promptImage",
        "img_url",
        "inputReference", "init_image", "image-url",
    ]) func `a first frame is understood`(_ name: String) {
        for value in [#""https://e.com/a.png""#, #"{"url":" https://e.com/a.png "}"#, #"["https://e.com/a.png",""]"#] {
            expectEverywhere("\"\(name)\":\(value)") { $0.media.map(\.role) == [.firstFrame] }
        }
    }

    @Test(arguments: ["keyframes", "keyFrames", "key_frames"]) func `keyframes are understood`(_ name: String) {
        let list = #"[{"image_url":"https://e.com/a.png","timestamp":0.5},{"image":{"url":"https://e.com/b.png"},"seconds":"3"}]"#
        expectEverywhere("\"\(name)\":\(list)") { $0.media.map(\.role) == [.keyframe(0.5), .keyframe(3)] }
    }

    @Test(arguments: [
        ("keyframes", "[]"), ("keyframes", #"["https://e.com/a.png"]"#), ("keyframes", #"[{"image_url":"https://e.com/a.png"}]"#),
        ("keyframes", #"[{"image_url":"https://e.com/a.png","timestamp":-1}]"#), ("keyframes", #"[{"timestamp":1}]"#),
        ("keyframes", #"[{"image_url":"https://e.com/a.png","timestamp":"soon"}]"#),
        ("keyframes", #"{"frame0":{"url":"https://e.com/a"}}"#),
        ("subjects", "[]"), ("subjects", #"["https://e.com/a.png"]"#), ("subjects", #"[{"images":["https://e.com/a.png"]}]"#),
        ("subjects", #"[{"id":"hero"}]"#), ("subjects", #"[{"id":"hero","images":[]}]"#), ("subjects", #"[{"id":"hero","images":[""]}]"#),
        ("subjects", #"[{"id":"hero","images":["https://e.com/a.png"],"voice_id":"v"}]"#),
        ("subjects", #"[{"id":"a","images":["https://e.com/a"]},{"id":"a","images":["https://e.com/b"]}]"#),
    ]) func `keyframes and subjects that lack something are refused`(_ name: String, _ value: String) {
        for creator in Self.creators {
            guard case .failure(let fault) = Self.read(creator, "\"\(name)\":\(value)") else {
                Issue.record("\(creator.dialect.name): \(value) was read")
                continue
            }
            #expect(fault.param?.hasPrefix(name) == true && fault.kind == .invalid, "\(creator.dialect.name): \(fault)")
        }
    }

    @Test func `subjects are named references`() {
        let list = #"[{"id":"hero","images":["https://e.com/a.png","https://e.com/b.png"]},{"name":"car","images":"https://e.com/c.png"}]"#
        expectEverywhere("\"subjects\":\(list)") { job in
            job.media.map(\.role) == [.reference, .reference, .reference] && job.media.map(\.subject?.name) == ["hero", "hero", "car"]
        }
    }

    @Test(arguments: [
        ("lastFrame", InputMedia.Role.lastFrame), ("endImageUrl", .lastFrame), ("tail_image", .lastFrame), ("referenceImages", .reference),
        ("reference_image", .reference), ("imageUrls", .reference), ("referenceVideo", .reference), ("audioUrl", .audio),
        ("maskUrl", .mask),
    ]) func `other media are understood`(_ name: String, _ role: InputMedia.Role) {
        expectEverywhere("\"\(name)\":\"https://e.com/a\"") { $0.media.map(\.role) == [role] }
    }

    @Test func `values in camelCase are understood`() {
        expectEverywhere(#""aspectRatio":"16 : 9""#) { $0.frameFormat.aspectRatio == AspectRatio(16, 9) }
        expectEverywhere(#""videoSize":" 1280 x 720 ""#, skipping: "ltx") { $0.frameFormat.size == Size(width: 1280, height: 720) }
        expectEverywhere(#""orientation":"portrait""#, skipping: "ltx") { $0.frameFormat.aspectRatio == AspectRatio(9, 16) }
        expectEverywhere(#""negativePrompt":"blur""#) { $0.negativePrompt == "blur" }
        expectEverywhere(#""randomSeed":7"#) { $0.seed == 7 }
        expectEverywhere(#""frameRate":24"#) { $0.framesPerSecond == 24 }
        expectEverywhere(#""includeAudio":" true ""#) { $0.audio == true }
        expectEverywhere(#""stream":false,"response_format":"url","async":true,"n_variants":1"#, skipping: "siraya") { $0.count == 1 }
    }

    @Test func `every dialect reads whether the result may be kept`() {
        expectEverywhere(#""store":false"#) { $0.mayBeKept == false && $0.extras.isEmpty }
        expectEverywhere(#""store":"true""#) { $0.mayBeKept == true && $0.extras.isEmpty }
        expectEverywhere(#""seed":1"#) { $0.mayBeKept == nil }
    }

    @Test(arguments: [
        #""store":"perhaps""#, #""stream":true"#, #""stream":"true""#, #""response_format":"b64_json""#, #""output_format":"b64_json""#,
        #""sync_mode":true"#,
        #""returnBase64":true"#, #""n":1,"numberOfVideos":2"#, #""seconds":4,"n_seconds":8"#,
        #""imageUrl":"https://e.com/a.png","first_frame":"https://e.com/b.png""#, #""text":"Another""#, #""modelName":"other""#,
        #""extra_body":{"sampleCount":2}"#, #""extra_body":{"modelId":"x"}"#,
    ]) func `what cannot be honoured is refused`(_ member: String) {
        let own = ["imagerouter", "siraya"]  // whose contracts have such formats
        for creator in Self.creators where !(own.contains(creator.dialect.name) && member.contains("b64_json")) {
            guard case .failure(let fault) = Self.read(creator, member) else {
                Issue.record("\(creator.dialect.name): \(member)")
                continue
            }
            #expect(creator.dialect.render(fault).status == 400)
            #expect(fault.param != nil)
        }
    }

    @Test(arguments: [
        "sampleCount", "n_variants", "numberOfVideos", "num_outputs", "batch_size", "samples",
    ]) func `several clips are asked for by any of the names`(_ name: String) {
        for creator in Self.creators {
            switch Self.read(creator, "\"\(name)\":2") {
            case .success(let job): #expect(job.count == 2 && job.extras.isEmpty)
            case .failure(let fault): #expect(fault.param == name, "\(fault.message)")
            }
        }
    }

    @Test func `the model and the prompt are understood by their other names`() throws {
        let bodies = [
            #"{"modelId":"m","promptText":"A kite"}"#, #"{"model_name":" m ","text":"A kite"}"#, #"{"modelName":"m","prompt":"A kite"}"#,
        ]
        for creator in Self.creators.prefix(5) {
            for body in bodies {
                var request = Request(method: .post, path: creator.path, body: Bytes(body.utf8)[...])
                request.headers.set(.contentType, "application/json")
                guard case .success(.create(let command)) = creator.dialect.command(for: request) else {
                    Issue.record("\(creator.dialect.name): \(body)")
                    continue
                }
                #expect(command.job.model == "m")
                #expect(command.job.prompt == "A kite")
            }
        }
    }

    /// Documented bodies of xAI and Zhipu, which come by the paths of OpenAI and Siraya.
    @Test func `bodies of xAI and Zhipu are understood`() throws {
        let xai = try #require(
            try? Self.read(
                (Siraya(), "/v1/videos/generations", #""model":"grok-imagine-video""#),
                #""image":{"url":"https://e.com/a.png"},"duration":6,"aspect_ratio":"16:9","resolution":"720p","user":"u""#
            ).get())
        #expect(xai.media.map(\.role) == [.firstFrame])
        #expect(
            xai.duration == .seconds(6) && xai.frameFormat.resolution == "720p" && xai.frameFormat.aspectRatio == AspectRatio(16, 9)
                && xai.prompt == nil)
        let zhipu = try #require(
            try? Self.read(
                (Siraya(), "/v1/videos/generations", #""model":"cogvideox-3","prompt":null"#),
                #""image_url":["https://e.com/a.png","https://e.com/b.png"],"quality":"speed","with_audio":true,"size":"1920x1080","#
                    + #""fps":30,"duration":5,"request_id":"abcdef","watermark_enabled":null"#
            ).get())
        #expect(zhipu.media.map(\.role) == [.firstFrame, .lastFrame])
        #expect(zhipu.audio == true && zhipu.framesPerSecond == 30 && zhipu.duration == .seconds(5))
        #expect(zhipu.extras.map(\.name) == ["quality", "request_id"])
    }

    @Test func `a list of unknown parameters, and their names, have an end`() {
        let many = (0..<40).map { "\"p\($0)\":1" }.joined(separator: ",")
        let long = "\"\(String(repeating: "p", count: 101))\":1"
        for creator in Self.creators {
            for member in [many, long] {
                guard case .failure(let fault) = Self.read(creator, member) else {
                    Issue.record("read")
                    continue
                }
                #expect(fault.message.utf8.count < 300)
            }
        }
    }
}
