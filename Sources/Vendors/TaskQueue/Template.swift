import Wire

/// A JSON value with gaps: `"{prompt}"` becomes the prompt, `"{seconds}s"` a text with it inside. What has no value is left out: a member
/// of an object by itself, an element of a list as a whole. An element with a gap for several media is repeated for each.
indirect enum Template: Sendable {
    case constant(JSONValue)
    case gap(Gap)
    case text([Piece])
    case list([Template])
    case object([(name: String, value: Template)])

    enum Piece: Sendable {
        case text(String)
        case gap(Gap)
    }

    /// `{seconds}`, `{seconds:text}`, `{tier|720p}`.
    struct Gap: Sendable {
        enum Spelling: String, Sendable, CaseIterable {
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
        var spelling: Spelling?
        /// What is put where there is no value.
        var fallback: JSONValue?
    }

    /// Every gap in it.
    var gaps: [Gap] {
        switch self {
        case .constant: []
        case .gap(let gap): [gap]
        case .text(let pieces): pieces.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        case .list(let elements): elements.flatMap(\.gaps)
        case .object(let members): members.flatMap(\.value.gaps)
        }
    }

    /// Nil where nothing is left of it.
    func filled(_ words: Words) -> JSONValue? {
        switch self {
        case .constant(let value): return value
        case .gap(let gap): return words.value(of: gap)
        case .text(let pieces): return Template.joined(pieces, words, encoded: false).map(JSONValue.string)
        case .list(let elements):
            let values = elements.flatMap { Template.repeated($0, words) }
            return values.isEmpty && !elements.isEmpty ? nil : .array(values)
        case .object(let members):
            let values = members.compactMap { name, value in value.filled(words).map { (name: name, value: $0) } }
            return values.isEmpty && !members.isEmpty ? nil : .object(values)
        }
    }

    private static func repeated(_ element: Template, _ words: Words) -> [JSONValue] {
        let gaps = element.gaps
        let count = gaps.map { words.count(of: $0.name) }.max() ?? 0
        return (0..<max(count, 1)).compactMap { place in
            let words = words.only(place)
            guard gaps.allSatisfy({ words.value(of: $0) != nil }) else { return nil }
            return element.filled(words)
        }
    }

    /// The text with every gap filled; nil if one has no value.
    static func joined(_ pieces: [Piece], _ words: Words, encoded: Bool) -> String? {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let literal): text += literal
            case .gap(let gap):
                guard let value = words.value(of: gap).flatMap(Words.text) else { return nil }
                text += encoded ? Percent.encoded(value, allowing: gap.spelling == .path ? "/" : "") : value
            }
        }
        return text
    }
}
