import Catalog
import Jobs
import Testing
import Wire

/// Models as catalogs have them, and jobs held against them.
enum Sample {
    /// A model as most vendors have it: resolution and proportions, listed durations.
    static let standard = model(
        #"""
        {"modes": ["text", "image", "first_last", "references"], "seconds": [4, 8, 12],
         "tiers": ["720p", "1080p", "4k"], "ratios": ["16:9", "9:16", "1:1"],
         "usual": {"seconds": 8, "tier": "720p", "ratio": "16:9"},
         "fps": [24, 30], "seed": [0, 100], "negative_prompt": true, "audio": "optional", "prompt_limit": 20,
         "media": {"image reference": {"most": 2, "types": ["image/png"], "mb": 0.001}},
         "fields": ["style", "count"], "choices": {"style": ["anime", "clay"], "count": [1, 2]},
         "rules": [{"when": {"tier": "4k"}, "then": {"seconds": [8]}}],
         "prices": [{"when": {"tier": "4k"}, "second": 0.6}, {"when": {"audio": true}, "second": 0.4}, {"second": 0.2}]}
        """#)
    static let bare = model(#"{"seconds": 5}"#)
    static let bySize = model(
        #"{"sizes": ["832x480", "480x832", "1280x720", "720x1280", "960x960"], "seconds": {"from": 2, "to": 10, "auto": true}}"#)
    static let resolutionOnly = model(#"{"modes": ["image"], "tiers": ["480p", "720p"], "usual": {"tier": "720p"}}"#)
    static let ratioOnly = model(#"{"ratios": ["16:9", "9:16"], "usual": {"tier": "1080p"}}"#)
    static let image = InputMedia(.firstFrame, .image, source: .url("https://example.com/a.png"), param: "input_reference")

    static func model(_ facts: String) -> Model {
        let text = #"{"vendor": "v", "models": {"m": \#(facts)}}"#
        guard let model = try? Catalog(files: [CatalogFile(name: "v", text: Bytes(text.utf8)[...])]).model("m", of: "v") else {
            fatalError(facts)
        }
        return model
    }

    static func job(_ change: (inout Job) -> Void) -> Job {
        var job = Job(model: "m", prompt: "a kite")
        change(&job)
        return job
    }

    static func fault(_ model: Model, _ adapt: AdaptPolicy = .strict, change: (inout Job) -> Void) throws -> Fault {
        try #require(throws: Fault.self) { try Shipped.catalog.validate(job(change), on: model, adapt: adapt) }
    }

    static func checked(_ model: Model, _ adapt: AdaptPolicy = .strict, change: (inout Job) -> Void) throws -> ValidatedJob {
        try Shipped.catalog.validate(job(change), on: model, adapt: adapt)
    }
}
