/// Which bytes of a body a response contains: the `content-range` field (RFC 9110 §14.4).
package struct ContentRange: Sendable, Hashable {
    /// Nil in a 416 response, which only gives the size.
    package let range: Range<Int>?
    /// The size of the whole body; nil if unknown.
    package let total: Int?

    package init(_ range: Range<Int>, of total: Int?) {
        self.range = range
        self.total = total
    }

    package init(unsatisfiedOf total: Int) {
        range = nil
        self.total = total
    }

    /// Nil for other units, and for ranges that are empty or exceed the whole.
    package init?(field: String) {
        let words = field.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let halves = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        total = halves[1] == "*" ? nil : DecimalText.number(halves[1])
        guard total != nil || halves[1] == "*" else { return nil }
        if halves[0] == "*" {
            guard total != nil else { return nil }
            range = nil
            return
        }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { DecimalText.number($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < total ?? .max else { return nil }
        range = first..<(last + 1)
    }

    package var field: String {
        let size = total.map(String.init) ?? "*"
        return range.map { "bytes \($0.lowerBound)-\($0.upperBound - 1)/\(size)" } ?? "bytes */\(size)"
    }
}
