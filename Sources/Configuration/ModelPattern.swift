/// A pattern of model names: a name, or one with `*` for any characters: `vendor/*`, `*`.
package struct ModelPattern: Sendable, Hashable, CustomStringConvertible {
    private let pieces: [String]

    static let expected = "a model name like vendor/model, or a pattern like vendor/*"

    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 200, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        pieces = text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    }

    package var hasWildcard: Bool { pieces.count > 1 }

    package func matches(_ name: String) -> Bool {
        guard pieces.count > 1 else { return name == pieces[0] }
        guard name.hasPrefix(pieces[0]) else { return false }
        var rest = name.dropFirst(pieces[0].count)
        for piece in pieces[1..<(pieces.count - 1)] where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(pieces[pieces.count - 1])
    }

    package var description: String { pieces.joined(separator: "*") }
}
