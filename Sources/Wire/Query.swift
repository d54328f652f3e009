/// The parameters of a query string or of a form body, decoded, in order (WHATWG URL §5: `+` is a space).
package struct Query: Sendable, Equatable {
    package private(set) var items: [(name: String, value: String)] = []

    package init() {}

    package init(_ items: [(String, String)]) { self.items = items.map { ($0.0, $0.1) } }

    /// Reads `a=1&b=x%20y`. Never fails: a `%` without two hex digits stands for itself.
    package init(parsing text: Slice) {
        for pair in text.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: true) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count > 1 ? Percent.decoded(halves[1], plusIsSpace: true) : ""
            items.append((Percent.decoded(halves[0], plusIsSpace: true), value))
        }
    }

    package var isEmpty: Bool { items.isEmpty }

    /// The first value of that name.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    package mutating func add(_ name: String, _ value: String) { items.append((name, value)) }

    /// `a=1&b=x%20y`; everything but unreserved characters is encoded (RFC 3986 §2.3).
    package var encoded: String {
        items.map { Percent.encoded($0.name) + "=" + Percent.encoded($0.value) }.joined(separator: "&")
    }

    package static func == (left: Query, right: Query) -> Bool {
        left.items.count == right.items.count && zip(left.items, right.items).allSatisfy { $0 == $1 }
    }
}
