/// Identifies one version of a body: the `etag` field (RFC 9110 §8.8.3).
package struct EntityTag: Sendable, Hashable {
    /// A weak tag may identify bodies that are not identical byte for byte.
    package let isWeak: Bool
    /// The text between the quotes.
    package let opaque: String

    /// Nil unless the text is `"…"` or `W/"…"`.
    package init?(field: String) {
        let isWeak = field.hasPrefix("W/")
        let quoted = isWeak ? field.dropFirst(2) : field[...]
        guard quoted.utf8.count >= 2, quoted.first == "\"", quoted.last == "\"" else { return nil }
        let opaque = quoted.dropFirst().dropLast()
        guard opaque.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }) else { return nil }
        self.isWeak = isWeak
        self.opaque = String(opaque)
    }

    package var field: String { "\(isWeak ? "W/" : "")\"\(opaque)\"" }

    /// Whether both identify the same bytes: for ranges (RFC 9110 §8.8.3.2).
    package func isStrongMatch(_ other: EntityTag) -> Bool { !isWeak && self == other }

    /// Whether both identify the same content: for `if-none-match`.
    package func isWeakMatch(_ other: EntityTag) -> Bool { opaque == other.opaque }
}

/// The tags of an `if-none-match` or `if-match` field (RFC 9110 §13.1.1, §13.1.2).
package enum EntityTags: Sendable, Hashable {
    case any
    case list([EntityTag])

    /// Nil if any of it is malformed: the condition is ignored then.
    package init?(field: String) {
        if field == "*" {
            self = .any
            return
        }
        var tags: [EntityTag] = []
        var rest = field[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            guard !rest.isEmpty else { break }
            let body = rest.hasPrefix("W/") ? rest.dropFirst(2) : rest
            guard body.first == "\"", let close = body.dropFirst().firstIndex(of: "\"") else { return nil }
            guard let tag = EntityTag(field: String(rest[...close])) else { return nil }
            tags.append(tag)
            rest = rest[rest.index(after: close)...].drop { $0 == " " || $0 == "\t" }
            guard rest.isEmpty || rest.first == "," else { return nil }
        }
        self = .list(tags)
    }

    /// Whether a body with this tag is listed, compared strongly: for `if-match`. `*` matches every body that exists.
    package func matchesStrongly(_ tag: EntityTag?) -> Bool {
        switch self {
        case .any: true
        case .list(let tags): tag.map { tag in tags.contains { $0.isStrongMatch(tag) } } ?? false
        }
    }

    /// Whether a body with this tag is listed, compared weakly: the response to `if-none-match` is 304 then. Nil is a body without
    /// a tag.
    package func matchesWeakly(_ tag: EntityTag?) -> Bool {
        switch self {
        case .any: true
        case .list(let tags): tag.map { tag in tags.contains { $0.isWeakMatch(tag) } } ?? false
        }
    }
}
