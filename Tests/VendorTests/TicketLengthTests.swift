import Catalog
import Crypto
import Jobs
import Seal
import Testing
import Vendors
import Wire

/// Whatever a vendor calls its jobs, the sealed id stays within what the contracts of our clients allow.
@Suite struct `Job ids` {
    private static let catalog = Result { () throws(CatalogError) in try Catalog() }

    @Test(arguments: Registry.vendors.map(\.card.name))
    func `the longest ticket of every vendor seals into 255 characters`(_ name: String) throws {
        let sealer = Sealer(KeyRing.generate(random: .system))
        let account = String(repeating: "an-account.of_Mine9", count: 4).prefix(Limits.maxAccountNameCharacters)
        let models = try Self.catalog.get().models(of: name).map { ($0.name, ([$0.name] + $0.aliases).max { $0.count < $1.count } ?? "") }
        let extends = try Self.catalog.get().models(of: name).contains { $0.modes.contains(.extend) }
        var longest = 0
        for ticket in Self.tickets(of: name) {
            for (model, asked) in models.isEmpty ? [("some-owner/some-model-of-2026", "some-model")] : models {
                var claims = Claims(
                    account: String(account), vendor: name, model: model, ticket: ticket, created: Timestamp(unix: 1_900_000_000),
                    dialect: "imagerouter", requestedModel: "\(account)/\(asked)")
                claims.seconds = 12.5
                claims.size = "1920x1080"
                if extends { claims.operation = .extend(.end, context: 2.5) }
                longest = max(longest, sealer.sealSelfContained(claims, for: Owner(name: "studio"), random: .system).utf8.count)
            }
        }
        print("\(name): \(longest) characters")
        #expect(longest > 0 && longest <= Limits.maxIDCharacters)
    }

    /// Those of the transcripts, which are the vendors' own.
    private static func tickets(of vendor: String) -> [Ticket] {
        Transcript.all.filter { $0.vendor == vendor }.flatMap(\.sections).filter { $0.name == "ticket" }.compactMap { section in
            let text = (section.head + [section.body]).joined(separator: "\n")
            return (try? JSON(parsing: text)).map { Ticket(fields: $0.elements.compactMap(\.string)) }
        }
    }
}
