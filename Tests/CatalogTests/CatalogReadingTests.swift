import Catalog
import Jobs
import Testing
import Wire

@Suite struct `Reading catalog files` {
    private static func read(_ models: String, defaults: String = "{}", more: String = "") throws(CatalogError) -> Catalog {
        let head = #""vendor": "v", "source": "https://example.com", "seen": "2026-11-20","#
        let text = "{\n\(head)\n\"defaults\": \(defaults),\n\(more)\"models\": {\n\(models)\n}}"
        return try Catalog(files: [CatalogFile(name: "v.json", text: Bytes(text.utf8)[...])])
    }

    private static func model(_ facts: String, defaults: String = "{}") throws -> Model {
        try #require(try read("\"m\": \(facts)", defaults: defaults).model("m", of: "v"))
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var facts: String
        var place: String
        var says: String
        var testDescription: String { facts }
    }

    static let wrong = [
        Wrong(facts: #"{"secnds": [5]}"#, place: "models.m.secnds", says: "is not known here. Did you mean 'seconds'?"),
        Wrong(facts: #"{"tiers": ["720p"], "tiers": []}"#, place: "models.m.tiers", says: "stands here twice"),
        Wrong(facts: #"{"seconds": []}"#, place: "models.m.seconds", says: "needs at least one duration"),
        Wrong(facts: #"{"seconds": ["five"]}"#, place: "models.m.seconds[0]", says: "must be a number"),
        Wrong(facts: #"{"seconds": {"from": 9, "to": 3}}"#, place: "models.m.seconds", says: "a range needs 'from' and 'to'"),
        Wrong(
            facts: #"{"seconds": {"form": 3, "to": 9}}"#, place: "models.m.seconds.form", says: "is not known here. Did you mean 'from'?"),
        Wrong(facts: #"{"sizes": ["big"]}"#, place: "models.m.sizes[0]", says: "must be a size such as 1280x720"),
        Wrong(facts: #"{"tiers": ["HD"]}"#, place: "models.m.tiers[0]", says: "must be a resolution such as 720p or 4k"),
        Wrong(facts: #"{"ratios": ["16/9"]}"#, place: "models.m.ratios[0]", says: "must be a ratio such as 16:9, or adaptive"),
        Wrong(facts: #"{"modes": ["images"]}"#, place: "models.m.modes[0]", says: "Did you mean 'image'?"),
        Wrong(facts: #"{"audio": true}"#, place: "models.m.audio", says: "must be a text"),
        Wrong(facts: #"{"seed": [9, 3]}"#, place: "models.m.seed", says: "must be true, or the lowest and the highest seed"),
        Wrong(facts: #"{"usual": {"teir": "720p"}}"#, place: "models.m.usual.teir", says: "Did you mean 'tier'?"),
        Wrong(facts: #"{"media": {"first_frame": 1}}"#, place: "models.m.media.first_frame", says: "must be named by a kind"),
        Wrong(
            facts: #"{"media": {"image reference": {"max": 3}}}"#, place: "models.m.media.image reference.max", says: "is not known here."),
        Wrong(facts: #"{"fields": ["watermarks"]}"#, place: "models.m.fields[0]", says: "Did you mean 'watermark'?"),
        Wrong(facts: #"{"choices": {"styles": ["a"]}}"#, place: "models.m.choices.styles", says: "Did you mean 'style'?"),
        Wrong(facts: #"{"rules": [{"when": {"tier": "4k"}}]}"#, place: "models.m.rules[0]", says: "a rule needs 'when' and 'then'"),
        Wrong(
            facts: #"{"rules": [{"when": {"tire": "4k"}, "then": {"seconds": 8}}]}"#, place: "models.m.rules[0].when.tire",
            says: "Did you mean 'tier'?"),
        Wrong(facts: #"{"prices": [{"minute": 1}]}"#, place: "models.m.prices[0].minute", says: "is not known here."),
        Wrong(
            facts: #"{"prices": [{"when": {}}]}"#, place: "models.m.prices[0]", says: "a price needs at least one of second, clip"),
        Wrong(facts: #"{"retires": "soon"}"#, place: "models.m.retires", says: "must be a day such as 2026-11-20"),
        Wrong(facts: #"{"variants": [{"upsteam": "x"}]}"#, place: "models.m.variants[0].upsteam", says: "Did you mean 'upstream'?"),
        Wrong(facts: #"[]"#, place: "models.m", says: "must be an object"),
    ]

    @Test(arguments: wrong) func `a mistake names file, line, place and what was meant`(_ wrong: Wrong) throws {
        let mistake = try #require(throws: CatalogError.self) { try Self.model(wrong.facts) }
        #expect(mistake.file == "v.json")
        #expect(mistake.line == 5)
        #expect(mistake.place == wrong.place)
        #expect(mistake.message.contains(wrong.says), "\(mistake)")
    }

    @Test func `text that is not JSON is reported with its line`() throws {
        let file = CatalogFile(name: "v.json", text: Bytes("{\n\"vendor\": \"v\",\n}".utf8)[...])
        let mistake = try #require(throws: CatalogError.self) { try Catalog(files: [file]) }
        #expect(mistake.line == 3)
        #expect("\(mistake)".hasPrefix("v.json:3: not JSON"))
    }

    @Test func `a name cannot belong to two models`() throws {
        #expect(throws: CatalogError.self) { try Self.read(#""a": {"aliases": ["x"]}, "b": {"aliases": ["x"]}"#) }
        #expect(throws: CatalogError.self) { try Self.read(#""a": {"aliases": ["b"]}, "b": {}"#) }
    }

    @Test func `the strongest layer wins, null takes a default away, wire is merged`() throws {
        let defaults = #"{"seconds": [5], "seed": true, "tiers": ["720p"], "wire": {"a": "1", "b": "2"}}"#
        let model = try Self.model(#"{"seconds": [6, 8, "auto"], "seed": null, "wire": {"b": "3"}}"#, defaults: defaults)
        #expect(model.durations == .list([6, 8], automatic: true))
        #expect(model.seeds == nil)
        #expect(model.resolutions == ["720p"])
        #expect(model.wire?["a"]?.string == "1")
        #expect(model.wire?["b"]?.string == "3")
        #expect(model.source == "https://example.com")
        #expect(model.verifiedOn == "2026-11-20")
        #expect(model.upstream == "m")
    }

    @Test func `durations are written as a number, a list, a range or any`() throws {
        #expect(try Self.model(#"{"seconds": 5}"#).durations == .fixed(5))
        #expect(try Self.model(#"{"seconds": 5}"#).defaults.seconds == 5)
        #expect(try Self.model(#"{"seconds": [10, 5]}"#).durations == .list([5, 10], automatic: false))
        #expect(
            try Self.model(#"{"seconds": {"from": 2, "to": 8, "step": 0.5, "auto": true}}"#).durations
                == .range(2...8, step: 0.5, automatic: true))
        #expect(try Self.model(#"{"seconds": "any"}"#).durations == .any)
        #expect(try Self.model("{}").durations == .any)
    }

    @Test func `modes bring the media they cannot do without`() throws {
        let model = try Self.model(
            #"""
            {"modes": ["text", "first_last", "edit"],
             "media": {"video source": {"most": 2, "mb": 1.5, "types": ["video/mp4"]}, "image reference": 4}}
            """#
        )
        let limits = model.media.map { "\($0.maxCount) \($0.kind.rawValue) \($0.role) \($0.maxBytes ?? 0)" }.sorted()
        #expect(limits == ["1 image first_frame 0", "1 image last_frame 0", "2 video source 1572864", "4 image reference 0"])
    }

    @Test func `variants have their own limits, and the model can do what any of them can`() throws {
        let catalog = try Self.read(
            #"""
            "m": {"audio": "optional", "aliases": ["n"], "variants": [
              {"modes": ["text"], "upstream": "o/a/text", "seconds": [4, 8], "ratios": ["16:9"]},
              {"modes": ["image"], "upstream": "o/a/image", "seconds": [8, 12], "tiers": ["1080p"], "prices": [{"clip": 1}]}]}
            """#
        )
        let whole = try #require(catalog.model("n", of: "v"))
        #expect(whole.modes == [.text, .image])
        #expect(whole.durations == .list([4, 8, 12], automatic: false))
        #expect(whole.audio == .optional)
        #expect(whole.upstream == "o/a/text")
        #expect(whole.prices[0].when == ["mode": ["image"]])
        let image = try #require(catalog.model("o/a/image", of: "v"))
        #expect(image.modes == [.image])
        #expect(image.name == "o/a/image")
        #expect(image.variants.isEmpty)
    }

    @Test func `unlisted names are open where the file says so`() throws {
        let catalog = try Self.read(#""m": {}"#, defaults: #"{"wire": {"a": "b"}}"#, more: #""others": {"open": true, "named": "*/*"}, "#)
        let model = try #require(catalog.model("some/one", of: "v"))
        #expect(model.acceptsAnything)
        #expect(model.upstream == "some/one")
        #expect(model.wire?["a"]?.string == "b")
        #expect(catalog.model("someone", of: "v") == nil)
        #expect(catalog.openModels.keys.sorted() == ["v"])
    }

    @Test func `an override replaces, adds and removes models of the shipped file`() throws {
        let first = CatalogFile(name: "a", text: Bytes(#"{"vendor": "v", "models": {"a": {"seconds": 5}, "b": {}, "c": {}}}"#.utf8)[...])
        let second = CatalogFile(name: "b", text: Bytes(#"{"vendor": "v", "models": {"a": {"seconds": 6}, "b": null, "d": {}}}"#.utf8)[...])
        let catalog = try Catalog(files: [first], overrides: [second])
        #expect(catalog.models(of: "v").map(\.name).sorted() == ["a", "c", "d"])
        #expect(catalog.model("a", of: "v")?.durations == .fixed(6))
        #expect(catalog.model("b", of: "v") == nil)
    }
}
