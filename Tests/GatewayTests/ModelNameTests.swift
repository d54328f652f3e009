import Dialects
import Jobs
import Testing
import Wire

@testable import Gateway

/// Names of models that no model can have never reach a vendor, a list or a terminal.
struct ModelNameTests {
    private static let names = [
        "gpu/ok-1/../other", "gpu/..", "..", "gpu/ok?x=1", "gpu/ok#top", "gpu/ok\nFAKE", "gpu/\u{1B}[31mred", "gpu/a\u{0}b",
        "gpu/a\u{7F}b", "gpu/a\u{85}b", "gpu/\u{202E}gnp", "gpu/a\u{2028}b", "gpu/a\u{200B}b", "gpu/" + String(repeating: "x", count: 5000),
    ]

    private static func body(_ members: [(String, JSONValue)], model: String) -> String {
        JSONValue.object([("model", .string(model)), ("prompt", "x")] + members.map { (name: $0.0, value: $0.1) }).text
    }

    @Test(arguments: names) func `are refused in every dialect before anything is paid`(name: String) async throws {
        let vendor = FakeVendor()
        let router = try await RestartableRouter([RestartableRouter.account(vendor.serve())])
        let creates: [(String, [(String, JSONValue)])] = [
            ("/v1/videos", []), ("/siraya/v1/videos/generations", []), ("/siray/v1/video/generations", []),
            ("/imagerouter/v1/openai/videos/generations", []), ("/aimlapi/v2/video/generations", []),
            ("/ltx/v2/text-to-video", [("duration", 4), ("resolution", "1280x720")]),
        ]
        for (path, members) in creates {
            let answer = try await router.call("POST", path, body: Self.body(members, model: name))
            #expect((400..<404).contains(answer.status), "\(path): \(answer.body.prefix(300))")
            #expect(!answer.body.contains("\u{1B}"))
        }
        if name.utf8.count < 1000 {
            #expect(try await router.call("GET", "/v1/models/" + Percent.encoded(name)).status >= 400)
        }
        #expect(vendor.created == 0 && vendor.log.all.isEmpty)
    }

    @Test(arguments: ["gpu/owner/model", "gpu/model:free", "gpu/m@1.2", "gpu/模型-1", "gpu/a model", "gpu/v1.5_x+y~z", "gpu/a.b.c"])
    func `leave all others alone`(name: String) async throws {
        let vendor = FakeVendor()
        let router = try await RestartableRouter([RestartableRouter.account(vendor.serve())])
        #expect(try await router.create(name).status == 200)
        #expect(vendor.created == 1)
    }
}
