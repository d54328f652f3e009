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

    /// By the day that the facts were last seen: the test does not fail because a day has come.
    @Test func `no shipped alias puts a retired model before one in service`() throws {
        let catalog = try Catalog()
        for (name, models) in catalog.aliases {
            let isRetired = models.map { full in
                let halves = full.split(separator: "/", maxSplits: 1).map(String.init)
                return catalog.model(halves[1], of: halves[0])?.retiresOn.map { $0 <= "2026-12-03" } ?? false
            }
            #expect(isRetired.first == false, "\(name) begins with \(models[0])")
            #expect(isRetired == isRetired.sorted { !$0 && $1 }, "\(name): \(models)")
        }
    }

    @Test(arguments: [
        ("novita", "wan2.6-t2v", "2026-09-30"), ("google", "gemini-omni-1.1-flash", "2026-12-03"),
        ("fal", "gemini-omni-flash", "2026-10-22"), ("openrouter", "sora-2-pro", "2026-09-24"), ("together", "veo-3.0", "2026-06-30"),
        ("tencent-vclm", "kling-v1.6", "2026-09-15"),
    ]) func `models that were shut down have the day`(vendor: String, model: String, day: String) throws {
        #expect(try Catalog().model(model, of: vendor)?.retiresOn == day)
    }

    @Test func `a later file replaces an alias or removes it`() throws {
        let text = #"{"aliases": {"sora-2": ["fal/veo-3.1"], "veo": []}}"#
        let catalog = try Catalog(overrides: [CatalogFile(name: "own.json", text: Array(text.utf8)[...])])
        #expect(catalog.aliases.first { $0.name == "sora-2" }?.models == ["fal/veo-3.1"])
        #expect(!catalog.aliases.contains { $0.name == "veo" })
    }
}
