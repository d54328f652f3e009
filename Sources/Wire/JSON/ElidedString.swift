/// A string that `LongStringElider` left out of a JSON text, and what is known of it.
package struct ElidedString: Sendable, Equatable {
    /// Its place among the strings left out of the same text, from 0: what `LongStringExtractor` asks for.
    package let ordinal: Int
    /// Its length in bytes, without escapes and escaped white space.
    package let count: Int
    /// How many equals signs it ends with.
    package let padding: Int
    /// Its beginning, if that is plain ASCII.
    package let head: String

    /// How much of the beginning is remembered: enough for the words before the data of a data URI and the first bytes of a file.
    static let headCount = 96

    init(ordinal: Int, count: Int, padding: Int, head: String) {
        self.ordinal = ordinal
        self.count = count
        self.padding = padding
        self.head = head
    }

    /// How many bytes it stands for if it is base64, or a data URI of it.
    package var byteCount: Int { (count - prefixCount - padding) * 3 / 4 }

    /// What it is if it is base64, by its first bytes; else what its data URI says.
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
    /// No JSON text of a vendor has a string that begins like this: it is an escaped NUL and our name.
    private static let sign = "\\u0000genlock-elided:"

    /// The string that stands in for it, escaped, without its quotes.
    var mark: String { "\(Self.sign)\(ordinal):\(count):\(padding):\(head)" }

    /// Reads a mark as it stands in a text; nil for every other string.
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
    /// What this string stands in for, if `LongStringElider` left the real one out.
    package var elided: ElidedString? { kind == .string && node.flag ? ElidedString(mark: raw.dropFirst().dropLast()) : nil }
}
