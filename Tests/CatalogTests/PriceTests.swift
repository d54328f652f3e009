import Catalog
import Jobs
import Testing
import Wire

@Suite struct `Prices of a catalog` {
    /// The cost of a job on a model of these facts.
    private func cost(_ facts: String, _ change: (inout Job) -> Void = { _ in }) throws -> Money? {
        try Sample.checked(Sample.model(facts), .strict, change: change).cost
    }

    private static let video = InputMedia(.reference, .video, source: .url("https://example.com/a.mp4"), param: "video")
    private static let image = InputMedia(.reference, .image, source: .url("https://example.com/a.png"), param: "image")

    @Test func `charges of one price are added`() throws {
        let facts = #"{"seconds": [1, 5, 10], "usual": {"seconds": 5}, "prices": [{"clip": 0.05, "second": 0.025}]}"#
        #expect(try cost(facts) == Money(dollars: 0.175))
        #expect(try cost(facts) { $0.duration = .seconds(10) } == Money(dollars: 0.3))
    }

    @Test func `tokens are pixels, frames and seconds, of the size where it is listed and else of the largest frame`() throws {
        let resolutions = #"""
            {"seconds": [5], "tiers": ["720p"], "ratios": ["16:9", "4:3"], "usual": {"seconds": 5, "tier": "720p"},
             "prices": [{"million_tokens": 14, "fps": 24, "pixels": 927408}]}
            """#
        #expect(try cost(resolutions) == Money(dollars: 1.521529))
        let sizes = #"""
            {"seconds": [5], "sizes": ["1280x720", "1112x834"], "usual": {"seconds": 5, "size": "1280x720"},
             "prices": [{"million_tokens": 14, "fps": 24}]}
            """#
        #expect(try cost(sizes) == Money(dollars: 1.512))
        #expect(try cost(sizes.replacing(#", "size": "1280x720""#, with: "")) == Money(dollars: 1.521529))
    }

    @Test func `megapixels are counted over all frames, each one begun`() throws {
        let facts = #"""
            {"seconds": [5], "sizes": ["1280x720"], "fps": [24, 48], "usual": {"seconds": 5, "size": "1280x720"},
             "prices": [{"megapixel": 0.0018, "fps": 24}]}
            """#
        #expect(try cost(facts) == Money(dollars: 0.2016))
        #expect(try cost(facts) { $0.framesPerSecond = 48 } == Money(dollars: 0.4014))
    }

    @Test func `images beyond the free ones are charged, and several clips several times`() throws {
        let facts = #"""
            {"modes": ["references"], "seconds": 5, "media": {"image reference": 9}, "fields": ["count"],
             "prices": [{"second": 0.1, "image": 0.08, "free_images": 2}]}
            """#
        #expect(try cost(facts) { $0.media = Array(repeating: Self.image, count: 2) } == Money(dollars: 0.5))
        #expect(try cost(facts) { $0.media = Array(repeating: Self.image, count: 4) } == Money(dollars: 0.66))
        #expect(
            try cost(facts) {
                $0.media = Array(repeating: Self.image, count: 4)
                $0.count = 3
            } == Money(dollars: 1.98))
    }

    @Test func `the longest video that can be given is charged too`() throws {
        let facts = #"""
            {"modes": ["text", "references"], "seconds": [5], "usual": {"seconds": 5},
             "media": {"video reference": {"most": 3, "seconds": 15}},
             "prices": [{"when": {"video": true}, "second": 0.06, "with_source": true}, {"second": 0.1}]}
            """#
        #expect(try cost(facts) == Money(dollars: 0.5))
        #expect(try cost(facts) { $0.media = [Self.video] } == Money(dollars: 1.2))
        let unbounded = facts.replacing(#", "seconds": 15}"#, with: "}")
        #expect(try cost(unbounded) { $0.media = [Self.video] } == nil)
    }

    @Test func `a clip as long as its source is charged as the longest source`() throws {
        let facts = #"{"modes": ["edit"], "seconds": "source", "media": {"video source": {"seconds": 10}}, "prices": [{"second": 0.2}]}"#
        let edit: (inout Job) -> Void = {
            $0.operation = .edit
            $0.media = [InputMedia(.source, .video, source: .url("https://example.com/a.mp4"), param: "video")]
        }
        #expect(try cost(facts, edit) == Money(dollars: 2))
        #expect(try cost(facts.replacing(#", "media": {"video source": {"seconds": 10}}"#, with: ""), edit) == nil)
    }

    @Test func `a short clip costs the least that is billed`() throws {
        let seconds = #"{"seconds": [2, 8], "usual": {"seconds": 2}, "prices": [{"second": 0.1, "min_seconds": 4}]}"#
        #expect(try cost(seconds) == Money(dollars: 0.4))
        let money = #"{"seconds": [2, 8], "usual": {"seconds": 2}, "prices": [{"second": 0.1, "minimum": 0.5}]}"#
        #expect(try cost(money) == Money(dollars: 0.5))
        #expect(try cost(money) { $0.duration = .seconds(8) } == Money(dollars: 0.8))
    }

    @Test(arguments: [
        // No usual length: the longest.
        (#"{"seconds": [5, 10], "prices": [{"second": 0.1}]}"#, 1.0),
        (#"{"seconds": {"from": 4, "to": 30, "auto": true}, "prices": [{"second": 0.1}]}"#, 3),
        (#"{"seconds": [5, 10], "prices": [{"when": {"seconds": 5}, "clip": 0.3}, {"when": {"seconds": 10}, "clip": 0.7}]}"#, 0.7),
        // No usual resolution: the dearest that the model has.
        (
            #"""
            {"seconds": 5, "tiers": ["720p", "1080p"],
             "prices": [{"when": {"tier": "4k"}, "second": 9}, {"when": {"tier": "1080p"}, "second": 0.3}, {"second": 0.1}]}
            """#, 1.5
        ),
        // With or without sound is not known.
        (#"{"seconds": 5, "audio": "optional", "prices": [{"when": {"audio": true}, "second": 0.2}, {"second": 0.1}]}"#, 1),
        (
            #"""
            {"seconds": 5, "audio": "optional", "usual": {"audio": false},
             "prices": [{"when": {"audio": true}, "second": 0.2}, {"second": 0.1}]}
            """#, 0.5
        ),
        // Inferred values are not known either.
        (#"{"seconds": [5, 10], "usual": {"seconds": 5, "uncertain": ["seconds"]}, "prices": [{"second": 0.1}]}"#, 1),
        (
            #"""
            {"seconds": 5, "tiers": ["720p", "4k"], "usual": {"tier": "720p", "uncertain": ["tier"]},
             "prices": [{"when": {"tier": "4k"}, "second": 0.6}, {"second": 0.1}]}
            """#, 3
        ),
        // A dearer price below one that is certain counts no more.
        (#"{"seconds": 5, "prices": [{"second": 0.1}, {"when": {"mode": "text"}, "second": 4}]}"#, 0.5),
    ])
    func `an unknown fact counts as the dearest that it could be`(facts: String, dollars: Double) throws {
        #expect(try cost(facts) == Money(dollars: dollars))
    }

    @Test func `a length left to the model is reserved as its longest`() throws {
        let facts = #"{"seconds": {"from": 4, "to": 30, "auto": true}, "usual": {"seconds": 5}, "prices": [{"second": 0.1}]}"#
        #expect(try cost(facts) == Money(dollars: 0.5))
        #expect(try cost(facts) { $0.duration = .automatic } == Money(dollars: 3))
    }

    @Test(arguments: [#"{"seconds": "any", "prices": [{"second": 0.1}]}"#, #"{"seconds": "auto", "prices": [{"second": 0.1}]}"#])
    func `what has no upper bound has no known cost`(facts: String) throws { #expect(try cost(facts) == nil) }

    @Test(arguments: [
        (#"{"when": {"tier": "720p"}}"#, "a price needs at least one of second, clip, million_tokens, megapixel, image"),
        (#"{"second": -0.1}"#, "second: must be US dollars from 0 to 1000"),
        (#"{"clip": 1e300}"#, "clip: must be US dollars from 0 to 1000"),
        (#"{"secnd": 0.1}"#, "secnd: is not known here. Did you mean 'second'?"),
        (#"{"clip": 1, "when": {"teir": "720p"}}"#, "when.teir: is not known here. Did you mean 'tier'?"),
        (#"{"clip": 1, "when": {"tier": "tall"}}"#, "when: 'tall' is not a value of 'tier'"),
        (#"{"clip": 1, "when": {"audio": "yes"}}"#, "when: 'yes' is not a value of 'audio'"),
        (#"{"clip": 1, "fps": 24}"#, "fps: has no meaning without million_tokens or megapixel"),
        (
            #"{"clip": 1, "with_source": true}"#,
            "with_source: has no meaning without million_tokens or megapixel or second"
        ),
        (#"{"second": 1, "free_images": 2}"#, "free_images: has no meaning without image"),
        (#"{"second": 1, "min_seconds": 0}"#, "min_seconds: must be a number above 0"),
    ])
    func `a price that cannot be meant is refused with its place`(row: String, message: String) {
        let text = Bytes(#"{"vendor": "a", "models": {"b": {"prices": [\#(row)]}}}"#.utf8)
        let mistake = #expect(throws: CatalogError.self) { try Catalog(files: [CatalogFile(name: "a.json", text: text[...])]) }
        let separator = message.first == "a" ? ": " : "."
        #expect(mistake?.description == "a.json:1: models.b.prices[0]\(separator)\(message)")
    }
}

@Suite struct `Price lists beside the models` {
    private static let shipped = #"""
        {"vendor": "v", "source": "s", "seen": "2026-11-01", "models": {
          "one": {"seconds": 5, "prices": [{"second": 0.1}], "aliases": ["first"]},
          "two": {"seconds": 5, "variants": [{"modes": ["text"], "upstream": "v/t"}, {"modes": ["image"], "upstream": "v/i"}]}},
         "prices": [{"source": "p", "seen": "2026-11", "confidence": "two-sources",
                     "models": {"two": [{"clip": 1}], "v/i": [{"clip": 2}]}}]}
        """#

    private func catalog(_ overrides: String...) throws -> Catalog {
        func file(_ text: String) -> CatalogFile { CatalogFile(name: "v.json", text: Bytes(text.utf8)[...]) }
        return try Catalog(files: [file(Self.shipped)], overrides: overrides.map(file))
    }

    private func cost(_ name: String, _ catalog: Catalog, image: Bool = false) throws -> Money? {
        var job = Job(model: name, prompt: "a kite")
        if image { job.media = [Sample.image] }
        return try catalog.validate(job, on: #require(catalog.model(name, of: "v")), adapt: .strict).cost
    }

    @Test func `a variant's own name is closer than the model's`() throws {
        let catalog = try catalog()
        #expect(try cost("two", catalog) == Money(dollars: 1))
        #expect(try cost("two", catalog, image: true) == Money(dollars: 2))
        let price = try #require(catalog.model("two", of: "v")?.prices.last)
        #expect(price.origin.source == "p" && price.origin.seen == "2026-11" && price.origin.confidence == .twoSources)
        #expect(catalog.model("one", of: "v")?.prices.first?.origin.source == "s")
    }

    @Test func `a later file's prices override those of the model and change nothing else`() throws {
        let list = #"{"vendor": "v", "prices": [{"models": {"first": [{"second": 0.3}]}}]}"#
        let catalog = try catalog(list)
        #expect(try cost("one", catalog) == Money(dollars: 1.5))
        #expect(try cost("two", catalog) == Money(dollars: 1) && catalog.models(of: "v").map(\.name) == ["one", "two"])
    }

    @Test func `a price of a model that does not exist is refused, but passed over in a refreshed list`() throws {
        let list = #"{"vendor": "v", "prices": [{"models": {"ones": [{"second": 0.3}], "one": [{"clip": 7}]}}]}"#
        let mistake = #expect(throws: CatalogError.self) { try catalog(list) }
        #expect(mistake?.description == "v.json:1: prices[0].models.ones: no model is called 'ones'. Did you mean 'one'?")
        let refreshed = list.replacing(#"{"vendor": "v","#, with: #"{"vendor": "v", "refreshed": "2026-11-30","#)
        #expect(try cost("one", catalog(refreshed)) == Money(dollars: 7))
    }

    @Test func `a name that is not listed can have a price where the vendor takes any`() throws {
        let list = #"{"vendor": "v", "others": {"named": "*/*", "open": true}, "prices": [{"models": {"a/b": [{"clip": 7}]}}]}"#
        let catalog = try catalog(list)
        #expect(try cost("a/b", catalog) == Money(dollars: 7))
        #expect(try cost("a/c", catalog) == nil)
    }
}
