import Catalog
import Wire

extension Template {
    /// - Parameter known: the names that placeholders can have; `wire.NAME` is a fact of the model.
    static func read(_ node: LocatedJSON, known: [String]) throws(CatalogError) -> Template {
        switch node.json.kind {
        case .object:
            var members: [(name: String, value: Template)] = []
            for (name, value) in try node.members() { members.append((name, try read(value, known: known))) }
            return .object(members)
        case .array:
            var elements: [Template] = []
            for element in try node.list() { elements.append(try read(element, known: known)) }
            return .list(elements)
        case .string:
            let pieces = try self.pieces(node, known: known)
            if pieces.count == 1, case .placeholder(let placeholder) = pieces[0] { return .placeholder(placeholder) }
            return pieces.contains { if case .placeholder = $0 { true } else { false } } ? .text(pieces) : .constant(.parsed(node.json))
        case .null, .number, .bool:
            return .constant(.parsed(node.json))
        }
    }

    /// The text cut at its placeholders. A name in `left` stays as it is: a setting of the account.
    static func pieces(_ node: LocatedJSON, known: [String], left: [String] = []) throws(CatalogError) -> [Piece] {
        var pieces: [Piece] = []
        var literal = ""
        var rest = try node.string()[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { throw node.catalogError("a '{' is not closed") }
            literal += rest[..<open]
            let inner = rest[rest.index(after: open)..<close]
            if left.contains(String(inner)) {
                literal += "{\(inner)}"
            } else {
                if !literal.isEmpty { pieces.append(.text(literal)) }
                literal = ""
                pieces.append(.placeholder(try placeholder(inner, node, known: known)))
            }
            rest = rest[rest.index(after: close)...]
        }
        literal += rest
        if !literal.isEmpty || pieces.isEmpty { pieces.append(.text(literal)) }
        return pieces
    }

    private static func placeholder(_ text: Substring, _ node: LocatedJSON, known: [String]) throws(CatalogError) -> Placeholder {
        let halves = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let head = halves[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard known.contains(head[0]) || head[0].hasPrefix("wire.") else {
            throw node.catalogError(
                "'{\(head[0])}' is nothing that can be filled in." + Suggestion.question(for: head[0], among: known)
                    + " Known are: \(known.joined(separator: ", ")).")
        }
        var placeholder = Placeholder(name: head[0])
        if head.count > 1 {
            guard let spelling = Placeholder.Format(rawValue: head[1]) else {
                let all = Placeholder.Format.allCases.map(\.rawValue)
                throw node.catalogError(
                    "'\(head[1])' is none of \(all.joined(separator: ", "))." + Suggestion.question(for: head[1], among: all))
            }
            placeholder.spelling = spelling
        }
        if halves.count > 1 {
            let text = String(halves[1])
            placeholder.fallback = (try? JSON(parsing: text)).map(JSONValue.parsed) ?? .string(text)
        }
        return placeholder
    }
}
