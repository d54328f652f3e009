import Catalog
import Configuration
import Gateway
import Jobs
import Testing
import Wire

@testable import genlock

/// `genlock models` with filters: which models can make that, and for how much a second.
@Suite struct ModelFilterTests {
    private let catalog: Catalog

    init() throws {
        let text = """
            {"vendor": "acme", "models": {
              "plain": {"seconds": [5, 10], "tiers": ["720p", "1080p"], "ratios": ["16:9"],
                "usual": {"seconds": 5, "tier": "720p", "ratio": "16:9"},
                "prices": [{"when": {"tier": "1080p"}, "second": 0.2}, {"second": 0.1}]},
              "clips": {"modes": ["image"], "seconds": [4, 8], "audio": "always", "usual": {"seconds": 8}, "prices": [{"clip": 0.4}]},
              "unpriced": {"seconds": [5], "tiers": ["1080p"], "usual": {"tier": "1080p"}},
              "free": {"modes": ["edit"], "seconds": 5, "prices": [{"clip": 0}]},
              "endless": {"modes": ["extend"], "seconds": "any", "prices": [{"second": 0.08}]},
              "endless-clip": {"modes": ["extend"], "seconds": "any", "prices": [{"clip": 0.08}]}
            }}
            """
        catalog = try Catalog(files: [CatalogFile(name: "acme.json", text: Bytes(text.utf8)[...])])
    }

    private func matches(_ modelFilter: ModelFilter) -> [String] {
        catalog.models(of: "acme").compactMap { model in
            modelFilter.bestOffer(of: model, in: catalog).map { "\(model.name) \($0.perSecond?.description ?? "?")" }
        }
    }

    @Test func `a model answers that can make it, with the least price of a second`() {
        #expect(matches(ModelFilter(seconds: 5)) == ["plain 0.10", "unpriced ?", "free 0.00", "endless 0.08", "endless-clip 0.016"])
        #expect(matches(ModelFilter(seconds: 8)) == ["clips 0.05", "endless 0.08", "endless-clip 0.01"])
        #expect(matches(ModelFilter(mode: .image)) == ["clips 0.05"])
        #expect(matches(ModelFilter(frameFormat: FrameFormat(resolution: "1080p"))) == ["plain 0.20", "unpriced ?"])
        #expect(matches(ModelFilter(audio: true)) == ["clips 0.05"])
    }

    @Test func `a maximum price excludes more expensive models and those without a known price`() {
        #expect(matches(ModelFilter(maxPrice: 0.1)) == ["plain 0.10", "clips 0.05", "free 0.00", "endless 0.08"])
        #expect(matches(ModelFilter(frameFormat: FrameFormat(resolution: "1080p"), maxPrice: 0.1)) == [])
        #expect(matches(ModelFilter(seconds: 5, maxPrice: 0.15)) == ["plain 0.10", "free 0.00", "endless 0.08", "endless-clip 0.016"])
        #expect(matches(ModelFilter(maxPrice: 0)) == ["free 0.00"])
    }
}
