import Catalog
import Wire

extension Template {
    /// - Parameter known: the names that gaps may have; `wire.` and anything are facts of the model.
    static func read(_ spot: Spot, known: [String]) throws(CatalogMistake) -> Template {
        switch spot.json.kind {
        case .object:
            var members: [(name: String, value: Template)] = []
            for (name, value) in try spot.members() { members.append((name, try read(value, known: known))) }
            return .object(members)
        case .array:
            var elements: [Template] = []
            for element in try spot.list() { elements.append(try read(element, known: known)) }
            return .list(elements)
        case .string:
            let pieces = try self.pieces(spot, known: known)
            if pieces.count == 1, case .gap(let gap) = pieces[0] { return .gap(gap) }
            return pieces.contains { if case .gap = $0 { true } else { false } } ? .text(pieces) : .constant(.parsed(spot.json))
        case .null, .number, .bool:
            return .constant(.parsed(spot.json))
        }
    }

    /// The text cut at its gaps. A name in `left` is left as it stands: a setting of the account.
    static func pieces(_ spot: Spot, known: [String], left: [String] = []) throws(CatalogMistake) -> [Piece] {
        var pieces: [Piece] = []
        var literal = ""
        var rest = try spot.string()[...]
        while let open = rest.firstIndex(of: "{") {
            guard let close = rest[open...].firstIndex(of: "}") else { throw spot.mistake("a '{' is not closed") }
            literal += rest[..<open]
            let inner = rest[rest.index(after: open)..<close]
            if left.contains(String(inner)) {
                literal += "{\(inner)}"
            } else {
                if !literal.isEmpty { pieces.append(.text(literal)) }
                literal = ""
                pieces.append(.gap(try gap(inner, spot, known)))
            }
            rest = rest[rest.index(after: close)...]
        }
        literal += rest
        if !literal.isEmpty || pieces.isEmpty { pieces.append(.text(literal)) }
        return pieces
    }

    private static func gap(_ text: Substring, _ spot: Spot, _ known: [String]) throws(CatalogMistake) -> Gap {
        let halves = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let head = halves[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard known.contains(head[0]) || head[0].hasPrefix("wire.") else {
            throw spot.mistake(
                "'{\(head[0])}' is nothing that can be filled in." + Spelling.hint(head[0], known)
                    + " Known are: \(known.joined(separator: ", ")).")
        }
        var gap = Gap(name: head[0])
        if head.count > 1 {
            guard let spelling = Gap.Spelling(rawValue: head[1]) else {
                let all = Gap.Spelling.allCases.map(\.rawValue)
                throw spot.mistake("'\(head[1])' is none of \(all.joined(separator: ", "))." + Spelling.hint(head[1], all))
            }
            gap.spelling = spelling
        }
        if halves.count > 1 {
            let text = String(halves[1])
            gap.fallback = (try? JSON(parsing: text)).map(JSONValue.parsed) ?? .string(text)
        }
        return gap
    }
}
