/// The description of a string that `LongStringElider` removed from a JSON text.
package struct ElidedString: Sendable, Equatable {
    /// Its index among the strings removed from the same text, from 0; for `LongStringExtractor`.
    package let ordinal: Int
    /// Its length in bytes, without escapes and escaped white space.
    package let count: Int
    /// How many equals signs it ends with.
    package let padding: Int
    /// Its beginning, if that is plain ASCII.
    package let head: String

    /// How much of the beginning is kept: enough for the head of a data URI and the first bytes of a file.
    static let headCount = 96

    init(ordinal: Int, count: Int, padding: Int, head: String) {
        self.ordinal = ordinal
        self.count = count
        self.padding = padding
        self.head = head
    }

    /// How many bytes it decodes to if it is base64, or a base64 data URI.
    package var byteCount: Int { (count - prefixCount - padding) * 3 / 4 }

    /// Its type by the first decoded bytes; else the type that its data URI declares.
    package var type: MediaType? {
        let words = prefixCount == 0 ? Bytes("data:;base64,".utf8) : Bytes(head.utf8.prefix(prefixCount))
        let data = head.utf8.dropFirst(prefixCount)
        guard let uri = try? DataURI(parsing: (words + data.prefix(data.count / 4 * 4))[...]), uri.type != .bytes else { return nil }
        return uri.type
    }

    /// The length of `data:video/mp4;base64,` at the beginning.
    private var prefixCount: Int {
        guard DataURI.isDataURI(Bytes(head.utf8)[...]), let comma = head.utf8.firstIndex(of: UInt8(ascii: ",")) else { return 0 }
        return head.utf8.distance(from: head.utf8.startIndex, to: comma) + 1
    }
}

extension ElidedString {
    /// An escaped NUL and our name: no string of a vendor begins like this.
    private static let sign = "\\u0000genlock-elided:"

    /// The string that replaces it, escaped, without quotes.
    var mark: String { "\(Self.sign)\(ordinal):\(count):\(padding):\(head)" }

    /// Reads a mark; nil for every other string.
    init?(mark: Slice) {
        guard mark.starts(with: Self.sign.utf8) else { return nil }
        let parts = mark.dropFirst(Self.sign.utf8.count).split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
        let numbers = parts.prefix(3).compactMap { Int(String(decoding: $0, as: UTF8.self)) }.filter { $0 >= 0 }
        guard parts.count == 4, numbers.count == 3, numbers[2] <= numbers[1] else { return nil }
        let head = String(decoding: parts[3].prefix(Self.headCount), as: UTF8.self)
        self.init(ordinal: numbers[0], count: numbers[1], padding: numbers[2], head: head)
    }
}

extension JSON {
    /// The string that this mark replaces, if `LongStringElider` wrote it.
    package var elided: ElidedString? { kind == .string && node.flag ? ElidedString(mark: raw.dropFirst().dropLast()) : nil }
}
