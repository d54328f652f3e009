/// The parameters of a query string or of a form body, decoded, in order (WHATWG URL §5: `+` is a space).
package struct Query: Sendable, Equatable {
    package private(set) var items: [(name: String, value: String)] = []

    package init() {}

    package init(_ items: [(String, String)]) { self.items = items.map { ($0.0, $0.1) } }

    /// The maximum number of items. A request target cannot hold more, and `FormTree` rejects a form with more.
    private static let maxItems = 10_000

    /// Reads `a=1&b=x%20y`. Never fails: a `%` without two hex digits is kept, and items beyond `maxItems` are ignored.
    package init(parsing text: Slice) {
        var rest = text
        while !rest.isEmpty, items.count <= Query.maxItems {
            let pair = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[pair.endIndex...].dropFirst()
            if pair.isEmpty { continue }
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            let value = pair[name.endIndex...].dropFirst()
            items.append((Percent.decoded(name, plusIsSpace: true), Percent.decoded(value, plusIsSpace: true)))
        }
    }

    /// A name or value that is not UTF-8 when decoded, with the offset of the first byte that is not.
    package struct EncodingError: Error, Equatable {
        package var name: String
        package var offset: Int
    }

    /// As `init(parsing:)`, for the parameters of a job: throws if the text is not UTF-8.
    package init(validating text: Slice) throws(EncodingError) {
        if text.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "%") }) {
            for pair in text.split(separator: UInt8(ascii: "&")).prefix(Query.maxItems) {
                guard let offset = Percent.firstNotUTF8(pair) else { continue }
                let name = pair.prefix { $0 != UInt8(ascii: "=") }
                throw EncodingError(name: String(Percent.decoded(name, plusIsSpace: true).prefix(80)), offset: offset - text.startIndex)
            }
        }
        self.init(parsing: text)
    }

    package var isEmpty: Bool { items.isEmpty }

    /// The first value of that name.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// The value of that name without blanks at its ends; nil if it is absent or blank.
    package func nonblank(_ name: String) -> String? {
        guard let word = self[name].map(BlankText.trimmed), !word.isEmpty else { return nil }
        return word
    }

    package mutating func add(_ name: String, _ value: String) { items.append((name, value)) }

    /// `a=1&b=x%20y`; everything but unreserved characters is encoded (RFC 3986 §2.3).
    package var encoded: String {
        items.map { Percent.encoded($0.name) + "=" + Percent.encoded($0.value) }.joined(separator: "&")
    }

    package static func == (left: Query, right: Query) -> Bool {
        left.items.count == right.items.count && zip(left.items, right.items).allSatisfy { $0 == $1 }
    }
}
