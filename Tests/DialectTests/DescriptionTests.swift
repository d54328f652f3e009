import Jobs
import Testing
import Wire

@testable import Dialects

/// What a dialect says of itself is about what it serves.
struct DescriptionTests {
    /// Routes that are there to refuse clearly.
    private static let refused: Set<String> = ["openai character", "openai webhook"]

    @Test(arguments: Dialects.all.map(\.name)) func `every action is described, and every description is of one`(name: String) throws {
        let dialect = try #require(Dialects.all.first { $0.name == name })
        let actions = Set(dialect.routes.map(\.action)).filter { !Self.refused.contains("\(name) \($0)") }
        #expect(actions == Set(dialect.descriptions.keys))
        for (action, description) in dialect.descriptions {
            #expect(description.summary.hasSuffix("."), "\(action)")
            #expect(!description.responses.isEmpty, "\(action)")
            let posts = dialect.routes.contains { $0.action == action && $0.method == .post }
            #expect(posts || description.forms.isEmpty, "\(action)")
        }
    }

    @Test func `the names of schemas begin with their dialect's and are there once`() {
        for dialect in Dialects.all {
            #expect(dialect.schemas.allSatisfy { $0.name.hasPrefix(dialect.name + ".") })
        }
        let names = Dialects.all.flatMap { $0.schemas.map(\.name) }
        #expect(Set(names).count == names.count)
    }

    /// A field in the description is read, as a field of the dialect or as a known parameter; otherwise it would be passed on as unknown.
    @Test(arguments: Dialects.all.map(\.name)) func `every field that is described is read`(name: String) throws {
        try Self.forEachField(of: name) { form, member in
            guard Parameter.byClientName[member.name] == nil else { return }
            if case .success(.create(let command)) = form.command(with: member.name, as: form.example[member.name] ?? "12") {
                #expect(!command.job.extras.contains { $0.name == member.name }, "\(form.path): '\(member.name)' is not read")
            }
        }
    }

    /// Numbers beyond what the description allows are refused.
    @Test(arguments: Dialects.all.map(\.name)) func `every bound that is described is kept`(name: String) throws {
        try Self.forEachField(of: name) { form, member in
            var schemas = [member.value]
            if case .array(let choices) = member.value["anyOf"] { schemas += choices }
            // -1 has a meaning of its own in many of them.
            let least = schemas.compactMap { $0["minimum"].flatMap { Double($0.text) } }.map { $0 - 1 }.filter { $0 != -1 }
            let most = schemas.compactMap { $0["maximum"].flatMap { Double($0.text) } }.map { $0 + 1 }.filter { $0 < 0x1p53 }
            for number in least + most {
                guard case .failure = form.command(with: member.name, as: .double(number)) else {
                    Issue.record("\(form.path): \(number) is taken for '\(member.name)'")
                    continue
                }
            }
        }
    }

    /// A path that takes a body, and a body for it.
    private struct Form {
        let dialect: any Dialect
        let path: String
        let example: JSONValue

        func command(with name: String, as value: JSONValue) -> Result<Command, Fault> {
            var body = example
            body[name] = value
            var request = Request(method: .post, path: path, body: Bytes(body.text.utf8)[...])
            request.headers.set(.contentType, "application/json")
            return dialect.command(for: request)
        }
    }

    private static func forEachField(of name: String, _ body: (Form, (name: String, value: JSONValue)) throws -> Void) throws {
        let dialect = try #require(Dialects.all.first { $0.name == name })
        let schemas = Dictionary(uniqueKeysWithValues: dialect.schemas.map { ($0.name, $0.schema) })
        var count = 0
        for route in dialect.routes where route.method == .post && !route.pattern.contains("{") {
            guard let taken = dialect.descriptions[route.action]?.forms.first, let example = taken.example else { continue }
            let reference = taken.schema["$ref"].flatMap { $0.text.split(separator: "/").last }.map { $0.dropLast() }
            let schema = reference.flatMap { schemas[String($0)] } ?? taken.schema
            guard case .object(let members) = schema["properties"] else {
                Issue.record("\(route.pattern): no properties")
                continue
            }
            let form = Form(dialect: dialect, path: route.pattern, example: example)
            guard case .success(.create(let command)) = form.command(with: "prompt", as: example["prompt"] ?? .null) else {
                Issue.record("\(route.pattern): its example is refused")
                continue
            }
            #expect(command.job.extras.isEmpty, "\(route.pattern): its example has a field that is not read")
            for member in members { try body(form, member) }
            count += members.count
        }
        #expect(count > 0)
    }

    @Test func `what is needed is not null`() {
        let schema = Schema.object(
            ["a": Schema.text, "b": Schema.enumeration(["x"]), "c": Schema.duration, "d": Schema.text], needed: ["a", "b", "c"])
        let text = schema.text
        #expect(schema["properties"]?["a"]?["type"]?.text == "\"string\"")
        #expect(schema["properties"]?["b"]?["enum"]?.text == #"["x"]"#)
        #expect(schema["properties"]?["c"]?["anyOf"]?.text.contains("\"null\"") == false)
        #expect(schema["properties"]?["d"]?["type"]?.text == #"["string","null"]"#)
        #expect(text.contains(#""required":["a","b","c"]"#))
    }
}
