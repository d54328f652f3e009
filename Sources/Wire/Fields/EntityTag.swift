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
