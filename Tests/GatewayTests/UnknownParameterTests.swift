import Catalog
import Jobs
import Testing
import Vendors
import Wire

@testable import Dialects
@testable import Gateway

/// A value that holds media is used or refused, under whatever name, in whatever form, in every API.
struct UnknownParameterTests {
    private static let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="

    /// As JSON.
    static let media: [String] = [
        #""https://e.com/a.png""#, #""http://e.com/signed?token=1""#, #"" https://e.com/a.mp4 ""#, #""HTTPS://E.COM/A.WEBP""#,
        #""data:image/png;base64,\#(png)""#, #""data:video/mp4,x""#, #""\#(png)""#, #""\#(png.replacing("/", with: "_"))""#,
        #""gs://bucket/clip""#, #""ltx://uploads/1""#, #""s3://bucket/a""#, #""file-9f8e7d6c5b""#, #""./cats/cat.png""#, #""cat.jpeg""#,
        #"{"url":"https://e.com/a"}"#, #"[{"image_url":{"url":"https://e.com/a"}}]"#, #"{"file_id":"abc"}"#, #"["","https://e.com/a"]"#,
        #"{"a":{"b":[{"c":"data:audio/wav;base64,UklGRg=="}]}}"#, #""{\"url\":\"https://e.com/a.png\"}""#, #""[\"https://e.com/a.png\"]""#,
        #"{"type":"Buffer","data":[137,80,78,71,13,10,26,10,0,0,0,13]}"#, "[137,80,78,71,13,10,26,10,0,0,0,13]",
        #"{"0":137,"1":80,"2":78,"3":71,"4":13,"5":10,"6":26,"7":10,"8":0,"9":0,"10":0,"11":13}"#,
        #"{"inlineData":{"mimeType":"image/png","data":"\#(png)"}}"#, #""![x](data:image/png;base64,\#(png))""#,
    ]

    static let names = [
        "reference_pic", "foto", "ImageUrl", "imageInput", "assets", "title", "style", "camera_motion", "loop", "imageUrl",
        "reference_image", "lastFrame", "élan", "output",
    ]

    private struct Creator {
        var dialect: any Dialect
        var path: String
        var members = #""model":"m","prompt":"A kite""#
    }

    private static let creators = [
        Creator(dialect: OpenAI(), path: "/v1/videos"), Creator(dialect: Siraya(), path: "/v1/videos/generations"),
        Creator(dialect: Siray(), path: "/v1/video/generations"), Creator(dialect: ImageRouter(), path: "/v1/openai/videos/generations"),
        Creator(dialect: AIMLAPI(), path: "/v2/video/generations"),
        Creator(
            dialect: LTX(), path: "/v2/text-to-video", members: #""model":"m","prompt":"A kite","duration":8,"resolution":"1920x1080""#),
    ]

    /// In `metadata` and `user` people keep links of pages, so only what cannot be anything else counts as media there.
    static let unmistakable = [
        #""https://e.com/a.png""#, #""data:image/png;base64,\#(png)""#, #""\#(png)""#, #"{"image_url":"https://e.com/signed?token=1"}"#,
        #"{"file_id":"abc"}"#, #"{"a":[{"b":"gs://bucket/clip"}]}"#, #""{\"first_frame\":\"https://e.com/a\"}""#,
        #"{"0":137,"1":80,"2":78,"3":71,"4":13,"5":10,"6":26,"7":10,"8":0,"9":0,"10":0,"11":13}"#,
    ]

    @Test(arguments: unmistakable) func `a note that holds media is refused`(_ value: String) throws {
        for creator in Self.creators {
            for name in ["metadata", "user"] {
                for body in Self.bodies(name, value) {
                    try Self.expectUsedOrRefused(by: creator, type: "application/json", body: "{\(creator.members),\(body)}")
                }
            }
        }
    }

    @Test(arguments: [#""u-1""#, #"{"page":"https://e.com/posts/7"}"#, #"{"ticket":"A-1","n2":3}"#, #""https://e.com/users/7""#])
    func `a note without media is left out with a warning`(_ value: String) throws {
        var job = Job(model: "m", prompt: "A kite")
        job.extras = [("metadata", .parsed(try JSON(parsing: value))), ("user", .parsed(try JSON(parsing: value)))]
        #expect(try Self.isUsed(job, .strict, simulated: []))
    }

    @Test(arguments: media) func `a value that holds media is used or refused`(_ value: String) throws {
        for creator in Self.creators {
            for name in Self.names {
                for body in Self.bodies(name, value) {
                    let text = "{\(creator.members),\(body)}"
                    try Self.expectUsedOrRefused(by: creator, type: "application/json", body: text)
                }
            }
        }
    }

    /// In a form all values are texts, and objects are spread over names.
    @Test(arguments: media) func `so it is in forms`(_ value: String) throws {
        let json = try JSON(parsing: value)
        let text = json.string ?? value
        for creator in Self.creators.prefix(4) {
            for name in Self.names.prefix(8) {
                for name in [name, name + "[]", name + "[url]"] {
                    let members = try JSON(parsing: "{" + creator.members + "}").members
                        .map { ($0.name, $0.value.string ?? $0.value.numberText ?? "") }
                    let fields = members + [(name, text)]
                    try Self.expectUsedOrRefused(by: creator, type: "application/x-www-form-urlencoded", body: Query(fields).encoded)
                    let parts = fields.map { "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }
                    try Self.expectUsedOrRefused(by: creator, type: "multipart/form-data; boundary=b", body: parts.joined() + "--b--\r\n")
                }
            }
        }
    }

    private static func bodies(_ name: String, _ value: String) -> [String] {
        [
            "\"\(name)\":\(value)", "\"extra_body\":{\"\(name)\":\(value)}", "\"\(name)\":{\"value\":[\(value)]}", "\"\(name)\":[\(value)]",
        ]
    }

    private static func expectUsedOrRefused(by creator: Creator, type: String, body: String) throws {
        var request = Request(method: .post, path: creator.path, body: Bytes(body.utf8)[...])
        request.headers.set(.contentType, type)
        let route = try #require(creator.dialect.routes.first { $0.method == .post && $0.pattern == creator.path })
        let ask: Command
        do throws(Fault) {
            ask = try creator.dialect.read(request, at: Route.Match(action: route.action))
        } catch {
            #expect(creator.dialect.render(error).status == 400, "\(body)")
            return
        }
        guard case .create(let creation) = ask else { return }
        for adapt in [AdaptPolicy.strict, .nearest] {
            for simulated in [[], CandidateSelector.parametersOfAllVendors] {
                if try isUsed(creation.job, adapt, simulated: simulated) {
                    #expect(!creation.job.media.isEmpty, "\(creator.dialect.name) \(adapt): \(body)")
                }
            }
        }
    }

    /// False where the job is refused.
    private static func isUsed(_ job: Job, _ adapt: AdaptPolicy, simulated: Set<String>) throws -> Bool {
        let model = Model(vendor: "v", name: "m", upstream: "m", title: "m").changed { $0.acceptsAnything = true }
        var checked = try catalog.validate(job, on: model, adapt: adapt)
        do throws(Fault) {
            try checked.keepExtras(only: ["draft"], simulated: simulated, adapt: adapt)
            return true
        } catch {
            #expect(error.param != nil)
            return false
        }
    }

    private static let catalog: Catalog = { try! Catalog() }()

    @Test(arguments: [
        "render_frames", "clipLengthMs", "outSize", "videoSeed", "frame_interval", "target_fps_out", "hasAudioTrack", "numberOf",
        "modelVersion", "firstImageStrength", "out_width", "aspectMode",
    ]) func `what means a length, a size or a number is not left out through an alias`(_ name: String) throws {
        var job = Job(model: "m", prompt: "A kite")
        job.extras = [(name, 2)]
        #expect(try !Self.isUsed(job, .nearest, simulated: []))
    }

    @Test(arguments: ["negativ_prompt", "turbo", "camera_fixed", "safety_checker"])
    func `what means none of these is left out with a warning`(_ name: String) throws {
        var job = Job(model: "m", prompt: "A kite")
        job.extras = [(name, 2)]
        #expect(try Self.isUsed(job, .nearest, simulated: []))
        #expect(try !Self.isUsed(job, .strict, simulated: []))
    }

    /// Names of the table must not take away from a vendor what it calls by the same name.
    @Test func `no vendor's own parameter is read as another`() {
        let shadowed = Set(CandidateSelector.parametersOfAllVendors.filter { Parameter.named($0) != nil })
        let known: Set<String> = [
            "style", "cfg_scale", "reference_audios",
            "guidance_scale", "multi_shots", "prompt_optimizer", "enable_prompt_expansion", "width", "height",
        ]
        #expect(shadowed.subtracting(known).isEmpty, "\(shadowed.subtracting(known))")
    }

    /// Servers of OpenAI's API remix with a prompt alone.
    @Test func `what a remix has no field for is refused`() throws {
        let vendor = try #require(Registry.vendor("openai-compatible"))
        let model = Model(vendor: "openai-compatible", name: "m", upstream: "m", title: "m")
        var job = Job(model: "m", prompt: "At night")
        job.operation = .remix
        job.previous = Ticket("video_1")
        _ = try vendor.startCall(for: job, on: model)
        var timed = job
        timed.duration = .seconds(8)
        #expect(throws: Fault.self) { try vendor.startCall(for: timed, on: model) }
        job.media = [InputMedia(.firstFrame, .image, source: .url("https://e.com/a.png"), param: "image_url")]
        let fault = #expect(throws: Fault.self) { try vendor.startCall(for: job, on: model) }
        #expect(fault?.param == "image_url")
    }
}
