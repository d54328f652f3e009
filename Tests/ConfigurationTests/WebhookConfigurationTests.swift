import Crypto
import Jobs
import Testing
import Wire

@testable import Configuration

struct WebhookConfigurationTests {
    private static let hash = String(repeating: "ab", count: 32)
    private static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    private static let other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    private static func file(_ webhooks: String, _ rest: String = "") -> String {
        "keys:\n  - { name: studio, sha256: \(hash), webhooks: \(webhooks) }\n\(rest)"
    }

    @Test func `a key's webhooks are read, and events default to all`() throws {
        let text = Self.file(
            #"[{ url: "https://a.example/hook?t=1", secret: "${HOOK}" }, "#
                + #"{ url: "http://127.0.0.1:9000/", secret: [\#(Self.other), \#(Self.secret)], events: [video.failed] }]"#,
            "webhooks: { allow_private: [127.0.0.0/8, \"::1\"] }")
        let configuration = try Sample.read(text, ["HOOK": Self.secret])
        let webhooks = configuration.keys[0].webhooks
        #expect(webhooks.map(\.url) == ["https://a.example/hook?t=1", "http://127.0.0.1:9000/"])
        #expect(webhooks.map { $0.secrets.map { $0.text.reveal() } } == [[Self.secret], [Self.other, Self.secret]])
        #expect(webhooks.map(\.events) == [Set(JobEvent.allCases), [.failed]])
        #expect(configuration.receivers.allowedNetworks.map(\.description) == ["127.0.0.0/8", "::1"])
        #expect(configuration.warnings.isEmpty)
    }

    @Test(arguments: [
        ("[{ url: \"https://a.example/\" }]", "this webhook has no secret"), ("[{ secret: \(secret) }]", "this webhook has no url"),
        ("[{ url: \"http://a.example/\", secret: \(secret) }]", "The URL must begin with https://"),
        ("[{ url: \"http://127.0.0.1/\", secret: \(secret) }]", "webhooks.allow_private"),
        ("[{ url: \"https://u:topsecret@a.example/\", secret: \(secret) }]", "The URL must not hold a user name or password."),
        ("[{ url: \"https://a.example/\", secret: topsecret }]", "A webhook secret begins with whsec_."),
        ("[{ url: \"https://a.example/\", secret: whsec_topsecret }]", "padded with ="),
        ("[{ url: \"https://a.example/\", secret: whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY= }]", "24 to 64 bytes"),
        ("[{ url: \"https://a.example/\", secret: [] }]", "needs one secret, or two while it is replaced"),
        (
            "[{ url: \"https://a.example/\", secret: \(secret), events: [video.done] }]",
            "one of video.completed, video.failed, video.cancelled"
        ),
        ("[{ url: \"https://a.example/\", secret: \(secret), events: [] }]", "a webhook needs events"),
        ("[{ url: \"https://a.example/\", secret: \(secret), event: [] }]", "did you mean \"events\"?"),
        ("[{ url: \"https://a.example/\", secret: \(secret) }, { url: \"https://A.example\", secret: \(secret) }]", "the same URL"),
        ("https://a.example/", "a webhook like { url:"),
    ]) func `a mistake is reported without the secret`(webhooks: String, message: String) {
        let errors = Sample.errors(Self.file(webhooks))
        #expect(errors.count >= 1 && errors.contains { $0.contains(message) }, "\(errors)")
        #expect(errors.allSatisfy { $0.hasPrefix("g.yaml:2:") && !$0.contains("topsecret") && !$0.contains(Self.secret) })
    }

    @Test func `networks are addresses`() {
        #expect(Sample.errors("webhooks: { allow_private: [localhost] }").contains { $0.contains("127.0.0.1 or 10.0.0.0/8") })
    }

    @Test func `without the journal webhooks are refused, and without the watcher there is a warning`() throws {
        let webhook = "{ url: \"https://a.example/\", secret: \(Self.secret) }"
        #expect(
            Sample.errors(Self.file(webhook, "journal: off")) == [
                "g.yaml:2:5: the webhooks of the key \"studio\" need the journal, which is off"
            ])
        let warnings = try Sample.read(Self.file(webhook, "watch: off")).warnings
        #expect(
            warnings.map(\.message) == [
                "the webhooks of the key \"studio\" are called only when a client asks for the job: watch is off"
            ])
    }
}
