import Jobs
import Testing
import Wire

@testable import Dialects

/// Whatever comes in, a dialect asks or refuses; it never stops the process.
struct FuzzTests {
    /// SplitMix64: the seed that is printed with a failure repeats the same run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let pieces = [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "-1", "1e999", "8", "\"model\"", "\"prompt\"", "\"x\"", "\"seconds\"",
        "\"size\"",
        "\"extra_body\"", "\"frame_images\"", "\"input_references\"", "\"input_reference\"", "\"video\"", "\"image_url\"", "\"url\"",
        "\"data:image/png;base64,AAAA\"", "\"https://e.com/a\"", "\\u0000", "\r\n", "--b", "--b--",
        "Content-Disposition: form-data; name=\"prompt\"", "filename=\"a\"", "&", "=", "%5B", "%5D", "video[id]=", "a[][b]=1", "\u{FF}",
    ]

    @Test(arguments: 0..<6) func `no body stops a dialect`(_ place: Int) {
        let dialect = Dialects.all[place]
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Generator(state: seed)
        let types = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", ""]
        let creators = dialect.routes.filter { $0.method == .post }
        var answered = 0
        for _ in 0..<1500 {
            let count = Int.random(in: 0...40, using: &random)
            var text = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
            if Bool.random(using: &random) { text = #"{"model":"m","prompt":"x","# + text + "}" }
            var body = Bytes(text.utf8)
            if !body.isEmpty, Bool.random(using: &random) {
                body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let route = creators.randomElement(using: &random) ?? creators[0]
            var request = Request(method: .post, path: route.pattern, body: body[...])
            request.headers.set(.contentType, types.randomElement(using: &random) ?? "")
            do throws(Fault) {
                _ = try dialect.read(request, at: Route.Match(action: route.action, captures: ["id": "video_x"]))
                answered += 1
            } catch {
                answered += 1
                let status = dialect.render(error).status
                #expect((400..<500).contains(status), "seed \(seed): \(error.kind)")
            }
        }
        #expect(answered == 1500)
    }

    /// Cuts and flips of what real clients sent.
    @Test func `no damaged recording stops the reading`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Generator(state: seed)
        let folder = "openai/recordings/node-7.5.0"
        for name in DataFiles.names(in: folder, ending: ".http") {
            let request = DataFiles.contents(of: folder + "/" + name).flatMap(RawRequest.read)
            guard let request, !request.body.isEmpty else { continue }
            for _ in 0..<200 {
                var damaged = request
                var body = Bytes(request.body)
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    body[Int.random(in: 0..<body.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                damaged.body = body[..<Int.random(in: 0...body.count, using: &random)]
                if case .failure(let fault) = OpenAI().command(for: damaged) {
                    #expect((400..<500).contains(OpenAI().render(fault).status), "seed \(seed), \(name)")
                }
            }
        }
    }
}
