/// The single byte range of a `range` field (RFC 9110 §14.1.2).
package enum ByteRange: Sendable, Hashable {
    /// `bytes=500-999` and `bytes=500-`; both ends are included.
    case from(Int, through: Int?)
    /// `bytes=-500`: the last 500 bytes.
    case last(Int)

    /// Nil if a server may ignore the field and send the whole body (RFC 9110 §14.2): other units, several ranges, a malformed value.
    package init?(field: String) {
        let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0].lowercased() == "bytes" else { return nil }
        let ranges = halves[1].split(separator: ",").map(DecimalText.trimmed).filter { !$0.isEmpty }
        guard ranges.count == 1, let dash = ranges[0].firstIndex(of: "-") else { return nil }
        let first = DecimalText.number(ranges[0][..<dash])
        let last = DecimalText.number(ranges[0][ranges[0].index(after: dash)...])
        switch (first, last, ranges[0].last == "-") {
        case (let first?, nil, true): self = .from(first, through: nil)
        case (let first?, let last?, _) where first <= last: self = .from(first, through: last)
        case (nil, let last?, _) where ranges[0].first == "-": self = .last(last)
        default: return nil
        }
    }

    /// The range in a body of `count` bytes; nil if it is empty, for which the response is 416.
    package func resolved(in count: Int) -> Range<Int>? {
        switch self {
        case .from(let first, let last):
            guard first < count else { return nil }
            return first..<(min(last ?? .max, count - 1) + 1)
        case .last(let length):
            guard length > 0, count > 0 else { return nil }
            return max(0, count - length)..<count
        }
    }

    /// The value of the `range` field that requests it.
    package var field: String {
        switch self {
        case .from(let first, let last): "bytes=\(first)-\(last.map(String.init) ?? "")"
        case .last(let length): "bytes=-\(length)"
        }
    }
}
