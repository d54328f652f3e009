import Catalog
import Crypto
import Jobs
import Testing
import Vendors
import Wire

@testable import Gateway
@testable import Upstream

/// How a vendor's message is edited for the client.
struct PublicSentenceTests {
    private static func sentence(_ text: String, asked: String = "sora-2") throws -> String {
        let vendor = try #require(Registry.vendor("google-vertex"))
        let account = Account(
            name: "prod", vendor: vendor, baseURL: "https://gateway.corp.internal:8443/v1",
            settings: ["project": "acme-video-prod", "location": "us-central1"])
        let known = try #require(try Catalog().model("veo-3.1", of: vendor.card.name))
        return PublicSentence(account: account, model: known, requested: asked).cleaned(text)
    }

    @Test func `the operator's project and the model behind an alias are not in it`() throws {
        let text = try Self.sentence(
            "Publisher Model `projects/acme-video-prod/locations/us-central1/publishers/google/models/veo-3.1-generate-001` was not found")
        #expect(!text.contains("acme") && !text.contains("veo-3.1") && text.contains("sora-2") && text.contains("was not found"), "\(text)")
        let direct = try Self.sentence("The model veo-3.1 was not found", asked: "google-vertex/veo-3.1")
        #expect(direct == "The model veo-3.1 was not found")
    }

    @Test(arguments: [
        ("Your account 2100012345 has not activated the model.", "Your account [private] has not activated the model."),
        ("Project number: 84720194 is not allowed.", "Project number: [private] is not allowed."),
        ("User: arn:aws:iam::123456789012:user/video is not authorized", "User: [private] is not authorized"),
        ("Quota of projects/1234567/locations/eu exceeded", "Quota of projects/[private]/locations/eu exceeded"),
        ("organization org-Ab12Cd34Ef56 must be verified", "organization [private] must be verified"),
        ("Key sk-12345678abcd is bad, ask ops@corp.example.", "Key [private] is bad, ask [private]."),
        ("Incorrect API key: xa***EY.", "Incorrect API key: [private]."),
        ("Cannot reach gateway.corp.internal today", "Cannot reach [private] today"),
    ])
    func `what identifies the operator is not in it`(said: String, shown: String) throws {
        #expect(try Self.sentence(said) == shown)
    }

    @Test(arguments: [
        "seed must be less than 4294967295", "duration: expected one of 5, 10", "The prompt is longer than 2500 characters.",
        "ratio '16:9' is not supported at 1080p", "Your account is not allowed to do that.",
        "See https://docs.example.com/errors#403 for more",
    ])
    func `what says what is wrong stays as it is`(said: String) throws {
        #expect(try Self.sentence(said) == said)
    }

    @Test func `a short name is replaced as a whole word only`() throws {
        let text = try Self.sentence("The veo-3.1 model; veo-3.10 and my-veo-3.1-copy stay.")
        #expect(text == "The sora-2 model; veo-3.10 and my-veo-3.1-copy stay.")
    }

    @Test func `a client's own text proves nothing, in whole or in part`() throws {
        var job = Job(model: "m", prompt: "a Film about an Invalid API key, and insufficient balance")
        job.extras = [("note", .string("the model does not exist"))]
        let words = ClientText(of: job)
        func left(_ text: String) -> String { String(decoding: words.blanked(in: Bytes(text.utf8)[...]), as: UTF8.self) }
        #expect(!left(#"{"error": "refused: 'invalid api key, and insuff…'"}"#).contains("api key"))
        #expect(!left(#"{"error": "the model does not exist"}"#).contains("exist"))
        #expect(left(#"{"error": "The key is wrong"}"#) == #"{"error": "The key is wrong"}"#)
        #expect((try? JSON(parsing: Bytes(left(#"{"a": "invalid api key, and"}"#).utf8)[...])) != nil)
    }
}
