import Jobs
import Testing
import Wire

@testable import Catalog

/// Durations that cannot be requested, prompts that no model reads, and what a dialect merely prefers.
@Suite struct SourceDurationTests {
    private let catalog: Catalog

    init() throws {
        let text = """
            {"vendor": "acme", "models": {
              "edit": {"modes": ["edit"], "seconds": "source", "prompt_limit": 0, "prompt_needed": false},
              "free": {"seconds": "auto"},
              "ruled": {"seconds": [4, 8], "tiers": ["720p", "4k"], "ratios": ["16:9"],
                "usual": {"seconds": 8, "tier": "720p", "ratio": "16:9"},
                "rules": [{"when": {"tier": "4k"}, "then": {"seconds": [8]}}]},
              "family": {"tiers": ["720p"], "variants": [
                {"modes": ["text"], "upstream": "acme-t2v", "seconds": 5}, {"modes": ["image"], "upstream": "acme-i2v", "seconds": [10]},
                {"modes": ["first_last"], "upstream": "acme-i2v", "seconds": [15]}]},
              "mixed": {"variants": [{"modes": ["text"], "seconds": 5}, {"modes": ["edit"], "seconds": "source"}]}
            }}
            """
        catalog = try Catalog(files: [CatalogFile(name: "acme.json", text: Bytes(text.utf8)[...])])
    }

    private func check(_ name: String, _ adapt: AdaptPolicy = .strict, change: (inout Job) -> Void) throws(Fault) -> ValidatedJob {
        var job = Job(model: name, prompt: name == "edit" ? nil : "a kite")
        if name == "edit" { job.media = [InputMedia(.source, .video, source: .url("https://e.example/v"), param: "video")] }
        if name == "edit" { job.operation = .edit }
        change(&job)
        return try catalog.validate(job, on: catalog.model(name, of: "acme")!, adapt: adapt)
    }

    @Test(arguments: ["edit", "free"]) func `a length that cannot be chosen is refused, or left out with a warning`(name: String) throws {
        let fault = #expect(throws: Fault.self) { try check(name) { $0.duration = .seconds(5) } }
        #expect(fault?.param == "seconds" && fault?.message.contains("cannot be chosen") == true)
        let checked = try check(name, .nearest) { $0.duration = .seconds(5) }
        #expect(checked.job.duration == nil && checked.warnings.map(\.adapted) == ["seconds dropped"])
        #expect(try check(name) { $0.duration = .automatic }.job.duration == nil)
        #expect(try check(name) { $0.dialectDefaults.duration = .seconds(4) }.warnings.isEmpty)
    }

    @Test func `a prompt for a model that reads none is refused, or left out with a warning`() throws {
        #expect(throws: Fault.self) { try check("edit") { $0.prompt = "a kite" } }
        let checked = try check("edit", .nearest) { $0.prompt = "a kite" }
        #expect(checked.job.prompt == nil && checked.warnings.map(\.adapted) == ["prompt dropped"])
    }

    @Test func `a preference of a dialect yields to a rule, as an unset value does`() throws {
        let checked = try check("ruled") {
            $0.dialectDefaults.duration = .seconds(4)
            $0.frameFormat.resolution = "4k"
        }
        #expect(checked.job.duration == .seconds(8) && checked.warnings.map(\.adapted) == ["seconds 4->8"])
        #expect(throws: Fault.self) {
            try check("ruled") {
                $0.duration = .seconds(4)
                $0.frameFormat.resolution = "4k"
            }
        }
    }

    @Test func `the vendor's own name for a part of a family is that part alone`() throws {
        #expect(catalog.model("acme-t2v", of: "acme")?.modes == [.text] && catalog.model("acme-t2v", of: "acme")?.durations == .fixed(5))
        let part = catalog.model("acme-i2v", of: "acme")
        #expect(part?.name == "acme-i2v" && part?.modes == [.image, .firstLast] && part?.variants.count == 2)
        #expect(catalog.model("family", of: "acme")?.variants.count == 3)
    }

    @Test func `a family's lengths are those that can be asked for`() {
        #expect(catalog.model("mixed", of: "acme")?.durations == .fixed(5))
    }

    @Test func `no other word is a length`() {
        let text = Bytes(#"{"vendor": "a", "models": {"b": {"seconds": "sourse"}}}"#.utf8)
        let mistake = #expect(throws: CatalogError.self) { try Catalog(files: [CatalogFile(name: "a.json", text: text[...])]) }
        #expect(mistake?.description == "a.json:1: models.b.seconds: 'sourse' is none of any, source, auto. Did you mean 'source'?")
    }
}
