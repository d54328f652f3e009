import Catalog
import Jobs
import Testing
import Wire

@Suite struct `Parameters by a vendor's own names` {
    private func passed(_ extras: [(name: String, value: JSONValue)], adapt: AdaptPolicy = .strict) throws -> ValidatedJob {
        var job = Job(model: "usual", prompt: "A kite")
        job.extras = extras
        var checked = try Shipped.catalog.validate(job, on: Sample.standard, adapt: adapt)
        try checked.keepExtras(only: ["draft", "options"], adapt: adapt)
        return checked
    }

    @Test func `what the vendor takes goes along as it is`() throws {
        let checked = try passed([("draft", true), ("options", ["depth": [1, 2]])])
        #expect(checked.job.extras.map(\.name) == ["draft", "options"])
        #expect(checked.warnings.isEmpty)
    }

    @Test func `what it does not take is refused, or left out with a warning`() throws {
        let fault = #expect(throws: Fault.self) { try passed([("draft", true), ("depht", 1)]) }
        #expect(fault?.kind == .unsupported)
        #expect(fault?.param == "depht")
        #expect(fault?.message.hasSuffix("it takes 'draft' and 'options'.") == true)
        let near = try passed([("draft", true), ("depht", 1)], adapt: .nearest)
        #expect(near.job.extras.map(\.name) == ["draft"])
        #expect(near.warnings.map(\.adapted) == ["depht dropped"])
    }

    @Test func `a note that the client makes for itself stops nothing`() throws {
        let checked = try passed([("user", "u-1")])
        #expect(checked.job.extras.isEmpty)
        #expect(checked.warnings.map(\.param) == ["user"])
    }

    @Test(arguments: [
        #"{"model": "other"}"#, #"{"deep": [{"N": 2}]}"#, #"{"mod\u0065l": "other"}"#, #""{\"model\": \"other\"}""#,
        #"["\"{\\\"api_key\\\": 1}\""]"#, #"{"x": {"Callback_URL": null}}"#,
    ]) func `no value decides over model, count, credentials or addresses`(_ text: String) throws {
        let value = JSONValue.parsed(try JSON(parsing: text))
        for adapt in [AdaptPolicy.strict, .nearest] {
            #expect(throws: Fault.self) { try passed([("options", value)], adapt: adapt) }
        }
    }

    @Test(arguments: [#"{"models": 1}"#, #""model""#, #""{model""#, #"["model", {"prompt": "x"}]"#])
    func `words are no members`(_ text: String) throws {
        #expect(try passed([("options", .parsed(try JSON(parsing: text)))]).job.extras.count == 1)
    }
}
