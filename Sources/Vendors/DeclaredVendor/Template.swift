import Wire

/// A JSON value with placeholders: `"{prompt}"` becomes the prompt, `"{seconds}s"` a text with it inside. What has no value is left out: a
/// member of an object by itself, an element of a list as a whole, and as a whole too a member whose name ends in `?`. An element with a
/// placeholder for several media is repeated for each. The members of an object named `...` are put in its place.
indirect enum Template: Sendable {
    case constant(JSONValue)
    case placeholder(Placeholder)
    case text([Piece])
    case list([Template])
    case object([(name: String, value: Template)])

    enum Piece: Sendable {
        case text(String)
        case placeholder(Placeholder)
    }

    /// `{seconds}`, `{seconds:text}`, `{tier|720p}`.
    struct Placeholder: Sendable {
        enum Format: String, Sendable, CaseIterable {
            /// A number or flag as text.
            case text
            /// A medium as bare base64 in place of a data URI.
            case base64
            /// Capital letters.
            case upper
            /// In a path: slashes stay.
            case path
        }

        var name: String
        var spelling: Format?
        /// What is put where there is no value.
        var fallback: JSONValue?
    }

    /// Every placeholder in it.
    var placeholders: [Placeholder] {
        switch self {
        case .constant: []
        case .placeholder(let placeholder): [placeholder]
        case .text(let pieces): pieces.compactMap { if case .placeholder(let placeholder) = $0 { placeholder } else { nil } }
        case .list(let elements): elements.flatMap(\.placeholders)
        case .object(let members): members.flatMap(\.value.placeholders)
        }
    }

    /// Nil where nothing is left of it.
    func filled(_ words: TemplateValues) -> JSONValue? {
        switch self {
        case .constant(let value): return value
        case .placeholder(let placeholder): return words.value(of: placeholder)
        case .text(let pieces): return Template.joined(pieces, words, encoded: false).map(JSONValue.string)
        case .list(let elements):
            let values = elements.flatMap { Template.repeated($0, words) }
            return values.isEmpty && !elements.isEmpty ? nil : .array(values)
        case .object(let members):
            let values = Template.object(members, words)
            return values.isEmpty && !members.isEmpty ? nil : .object(values)
        }
    }

    /// The member whose value's own members are put in its place.
    static let spread = "..."

    private static func object(_ members: [(name: String, value: Template)], _ words: TemplateValues) -> [(name: String, value: JSONValue)]
    {
        var result: [(name: String, value: JSONValue)] = []
        for (name, template) in members {
            let isWhole = name.hasSuffix("?")
            if isWhole, !template.placeholders.allSatisfy({ words.value(of: $0) != nil }) { continue }
            guard let value = template.filled(words) else { continue }
            if name == spread, case .object(let inner) = value {
                result += inner
            } else {
                result.append((isWhole ? String(name.dropLast()) : name, value))
            }
        }
        return result
    }

    private static func repeated(_ element: Template, _ words: TemplateValues) -> [JSONValue] {
        let placeholders = element.placeholders
        let count = placeholders.map { words.count(of: $0.name) }.max() ?? 0
        return (0..<max(count, 1)).compactMap { place in
            let words = words.element(at: place)
            guard placeholders.allSatisfy({ words.value(of: $0) != nil }) else { return nil }
            return element.filled(words)
        }
    }

    /// The text with every placeholder filled; nil if one has no value.
    static func joined(_ pieces: [Piece], _ words: TemplateValues, encoded: Bool) -> String? {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let literal): text += literal
            case .placeholder(let placeholder):
                guard let value = words.value(of: placeholder).flatMap(TemplateValues.text) else { return nil }
                text += encoded ? Percent.encoded(value, allowing: placeholder.spelling == .path ? "/" : "") : value
            }
        }
        return text
    }
}
