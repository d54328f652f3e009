import Jobs
import Testing
import Wire

@testable import Configuration

/// The documented example that is also the default.
@Suite struct ShippedFileTests {
    private let text: String

    init() throws {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        text = try ConfigurationFile.readText(at: root + "/config/genlock.yaml")
    }

    @Test func `the shipped file changes no default`() throws {
        var configuration = try Sample.read(text)
        #expect(configuration.file == "g.yaml")
        configuration.file = nil
        #expect("\(configuration)" == "\(try Sample.read(nil))")
    }

    @Test func `the shipped file contains every limit`() {
        let lines = Set(text.split(separator: "\n").map { $0.prefix { $0 != ":" } })
        #expect(LimitTable.members.map(\.key).filter { !lines.contains("  " + $0) } == [])
    }

    @Test func `every example in it is right`() throws {
        let examples = text.split(separator: "\n", omittingEmptySubsequences: false).map(ShippedFileTests.uncommented)
            .joined(separator: "\n")
        let known = Configuration.Vocabulary(cards: ShippedFileTests.cards, dialects: ["openai", "siraya"])
        let environment = Environment(["FAL_KEY": "k", "STUDIO_WEBHOOK_SECRET": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"])
        let configuration = try Configuration.read(
            Bytes(examples.utf8), file: "examples.yaml", overrides: Configuration.Overrides(), environment: environment, known: known,
            readFile: { _ throws(ConfigurationFile.ReadError) in "secret" }, readFolder: { _ throws(ConfigurationFile.ReadError) in [] })
        #expect(configuration.keys.map(\.name) == ["studio", "intern"])
        #expect(configuration.keys[1].webhooks.map(\.events) == [[.completed]])
        #expect(configuration.receivers.allowedNetworks == [IPRange("10.0.0.0/8")])
        #expect(configuration.accounts.map(\.name) == ["fal", "fal-night", "my-gpu"])
        #expect(configuration.aliases.map(\.name) == ["sora-2", "draft"])
        #expect(configuration.prices.map(\.pattern.description) == ["fal/veo-3.1-fast", "my-gpu/*"])
        #expect(configuration.tls?.clientCA != nil && configuration.publicURL != nil && configuration.hosts == ["studio.local"])
        #expect(configuration.dialects.mounts == ["siraya": "/llm/siraya"])
        #expect(configuration.warnings.count == 1)
    }

    /// Takes the mark off a line that is a commented key: `# tls: {` and what is indented below it, but not prose.
    private static func uncommented(_ line: Substring) -> String {
        let indent = line.prefix { $0 == " " }
        let rest = line.dropFirst(indent.count)
        guard rest.hasPrefix("# ") else { return String(line) }
        let body = rest.dropFirst(2)
        let isBelow = body.hasPrefix("  ")
        let word = body.prefix { $0.isLetter || $0 == "_" }
        let isKey = !word.isEmpty && body.dropFirst(word.count).hasPrefix(":") && Self.keys.contains(String(word))
        return String(isBelow || isKey ? indent + body : line)
    }

    private static let keys: Set<String> = [
        "admin", "public_url", "tls", "client_ca", "keys", "accounts", "aliases", "mounts", "hosts", "prices",
        "webhooks",
    ]

    /// Stand-ins for the vendors that the examples name.
    private static let cards = ["fal", "openai-compatible", "google"].map { name in
        var card = Sample.acme
        card.name = name
        return card
    }
}
