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
            #expect(!description.answers.isEmpty, "\(action)")
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

    /// A field that is described is read, as the dialect's own or as a wish; otherwise it would go along as an unknown one.
    @Test(arguments: Dialects.all.map(\.name)) func `every field that is described is read`(name: String) throws {
        let dialect = try #require(Dialects.all.first { $0.name == name })
        let schemas = Dictionary(uniqueKeysWithValues: dialect.schemas.map { ($0.name, $0.schema) })
        for route in dialect.routes where route.method == .post && !route.pattern.contains("{") {
            guard let form = dialect.descriptions[route.action]?.forms.first, let example = form.example else { continue }
            let reference = form.schema["$ref"].flatMap { $0.text.split(separator: "/").last }.map { $0.dropLast() }
            let schema = reference.flatMap { schemas[String($0)] } ?? form.schema
            guard case .object(let members) = schema["properties"] else {
                Issue.record("\(route.pattern): no properties")
                continue
            }
            var request = Request(method: .post, path: route.pattern, body: Bytes(example.text.utf8)[...])
            request.headers.set(.contentType, "application/json")
            guard case .success(.create(let creation)) = dialect.ask(request) else {
                Issue.record("\(route.pattern): its example is refused")
                continue
            }
            #expect(creation.job.extras.isEmpty, "\(route.pattern): its example has a field that is not read")
            for member in members where Wish.spellings[member.name] == nil {
                let body = Self.added(member.name, to: example)
                request.body = Bytes(body.text.utf8)[...]
                if case .success(.create(let creation)) = dialect.ask(request) {
                    #expect(!creation.job.extras.contains { $0.name == member.name }, "\(route.pattern): '\(member.name)' is not read")
                }
            }
        }
    }

    private static func added(_ name: String, to example: JSONValue) -> JSONValue {
        var body = example
        if body[name] == nil { body[name] = "12" }
        return body
    }

    @Test func `what is needed is not null`() {
        let schema = Schema.object(
            ["a": Schema.text, "b": Schema.words(["x"]), "c": Schema.length, "d": Schema.text], needed: ["a", "b", "c"])
        let text = schema.text
        #expect(schema["properties"]?["a"]?["type"]?.text == "\"string\"")
        #expect(schema["properties"]?["b"]?["enum"]?.text == #"["x"]"#)
        #expect(schema["properties"]?["c"]?["anyOf"]?.text.contains("\"null\"") == false)
        #expect(schema["properties"]?["d"]?["type"]?.text == #"["string","null"]"#)
        #expect(text.contains(#""required":["a","b","c"]"#))
    }
}
