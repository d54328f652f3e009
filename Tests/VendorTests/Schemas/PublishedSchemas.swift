import Jobs
import Wire

/// What a vendor publishes about the bodies that it takes: see `Tests/Transcripts/schemas/README.md`.
struct PublishedSchemas {
    private let bodies: [String: JSON]
    /// What was sent, by body and member.
    private var sent: [String: [String: Set<String>]] = [:]

    init(of vendor: String) throws {
        let file = try JSON(parsing: Transcript.text("\(Transcript.tests)/Transcripts/schemas/\(vendor).json"))
        bodies = Dictionary(uniqueKeysWithValues: (file["bodies"]?.members ?? []).map { ($0.name, $0.value) })
    }

    var count: Int { bodies.count }

    /// What is wrong with the call: members that the body does not have, values that a member does not take, members that are missing.
    mutating func errors(in call: Call, _ key: String) throws -> [String] {
        guard case .json(let value) = call.body else { return ["\(key): no JSON"] }
        let body = try JSON(parsing: value.text)
        guard let schema = bodies[key] else { return ["\(key): no schema"] }
        var mistakes: [String] = []
        for (name, value) in body.members where !value.isNull {
            guard let kind = schema[name] ?? schema[name + "!"] else {
                mistakes.append("\(key): \(name) is no member")
                continue
            }
            let text = value.string.map { "\"\($0)\"" } ?? value.numberText ?? String(decoding: value.raw, as: UTF8.self)
            sent[key, default: [:]][name, default: []].insert(text)
            if !PublishedSchemas.accepts(kind, value, text: text) { mistakes.append("\(key): \(name) does not take \(text)") }
        }
        for (name, _) in schema.members where name.hasSuffix("!") && body[String(name.dropLast())] == nil {
            mistakes.append("\(key): \(name.dropLast()) is missing")
        }
        return mistakes
    }

    /// The values that could be sent and never were, of members that were sent at all.
    var unused: [String] {
        bodies.flatMap { key, schema in
            schema.members.flatMap { name, kind -> [String] in
                let member = name.hasSuffix("!") ? String(name.dropLast()) : name
                guard kind.kind == .array, let values = sent[key]?[member] else { return [] }
                let known = kind.elements.map { String(decoding: $0.raw, as: UTF8.self) }
                return known.filter { !values.contains($0) }.map { "\(key): \(member) \($0)" }
            }
        }.sorted()
    }

    private static func accepts(_ kind: JSON, _ value: JSON, text: String) -> Bool {
        switch kind.string {
        case nil: kind.elements.contains { String(decoding: $0.raw, as: UTF8.self) == text }
        case "string": value.kind == .string
        case "number": value.kind == .number
        case "boolean": value.kind == .bool
        case "list": value.kind == .array
        default: true
        }
    }
}
