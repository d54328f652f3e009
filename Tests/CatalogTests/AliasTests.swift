import Catalog
import Jobs
import Testing

struct AliasTests {
    @Test func `every shipped alias leads to listed models only`() throws {
        let catalog = try Catalog()
        #expect(catalog.aliases.contains { $0.name == "sora-2" })
        for (name, models) in catalog.aliases {
            for model in models {
                let halves = model.split(separator: "/", maxSplits: 1).map(String.init)
                #expect(halves.count == 2 && catalog.models(named: halves[1]).contains { $0.vendor == halves[0] }, "\(name): \(model)")
            }
        }
    }

    @Test func `a later file defines an alias anew or takes it away`() throws {
        let text = #"{"aliases": {"sora-2": ["fal/veo-3.1"], "veo": []}}"#
        let catalog = try Catalog(overrides: [CatalogFile(name: "own.json", text: Array(text.utf8)[...])])
        #expect(catalog.aliases.first { $0.name == "sora-2" }?.models == ["fal/veo-3.1"])
        #expect(!catalog.aliases.contains { $0.name == "veo" })
    }
}
