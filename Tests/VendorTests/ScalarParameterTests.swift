import Jobs
import Testing
import Wire

@testable import Vendors

/// A row of `Parameter.all` is enough: bodies, placeholders and refusals follow from it.
@Suite struct `Scalar parameters` {
    @Test(arguments: Parameter.scalars.map(\.name)) func `a row is enough for bodies, placeholders and refusals`(name: String) throws {
        let parameter = try #require(Parameter.all.first { $0.name == name })
        let job = Self.job(with: parameter)
        let value = try #require(parameter.jsonValue(of: job))
        let model = try Self.model("{\"\(name)\": \"theirs\"}")

        #expect(try FlatBody(job, on: model).members.text == JSONValue.object([("theirs", value)]).text)
        #expect(TemplateValues(job, on: model, valueMap: ValueMap()).text(of: name) == TemplateValues.text(value))
        #expect(TemplateValues.jobNames.contains(name))
        let fault = #expect(throws: Fault.self) { try job.rejectFields { _ in false } }
        #expect(fault?.param == name)
    }

    @Test func `a flag can have the vendor's words in every body`() throws {
        var job = Job(model: "m")
        job.multiShot = true
        let model = try Self.model("{\"multi_shot\": \"shots\", \"multi_shot_as\": [\"many\", \"one\"]}")
        #expect(try FlatBody(job, on: model).members.text == "{\"shots\":\"many\"}")
        var valueMap = ValueMap()
        valueMap.add("multi_shot", "true", word: "many")
        #expect(TemplateValues(job, on: model, valueMap: valueMap).text(of: "multi_shot") == "many")
    }

    private static func model(_ wire: String) throws -> Model {
        try Model(vendor: "acme", name: "one", upstream: "one", title: "").changed { $0.wire = try JSON(parsing: wire) }
    }

    private static func job(with parameter: Parameter) -> Job {
        var job = Job(model: "m")
        switch parameter.kind {
        case .text(let field), .word(let field): job[keyPath: field] = "x"
        case .flag(let field): job[keyPath: field] = true
        case .number(let field): job[keyPath: field] = 2
        case .seed: job.seed = 7
        case .audio: job.audio = true
        case .count: job.count = 2
        case .duration, .frameFormat, .media: break
        }
        return job
    }
}
