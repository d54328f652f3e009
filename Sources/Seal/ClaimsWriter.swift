import Jobs
import Wire

/// Writes claims in few bytes: numbers of seven bits to the byte (LEB128), text as `PackedText`.
struct ClaimsWriter {
    private(set) var bytes: Bytes
    /// Texts that later ones may refer to. Names and values of fields do not enter it.
    private var remembered = RememberedTexts()

    /// Writes after `bytes`.
    init(after bytes: consuming Bytes = []) { self.bytes = bytes }

    mutating func write(_ byte: UInt8) { bytes.append(byte) }

    mutating func write(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Zigzag encoding, so that small negative numbers are short too.
    mutating func write(signed number: Int64) { write(UInt64(bitPattern: number << 1 ^ number >> 63)) }

    /// A decimal of up to six places as a whole number and the count of places; other numbers, and negative ones, as eight bytes.
    mutating func write(_ value: Double) {
        for (places, power) in ClaimsWriter.powers.enumerated() where value.sign == .plus {
            let whole = (value * power).rounded()
            if whole < 0x1p52, whole / power == value { return write(UInt64(whole) << 3 | UInt64(places)) }
        }
        write(ClaimsWriter.rawDouble)
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift))) }
    }

    static let powers: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
    /// In the place of the count of places.
    static let rawDouble: UInt64 = 7

    mutating func write(_ text: String, remember: Bool = false) {
        var text = text
        text.withUTF8 { write($0) }
        if remember { remembered.append(text) }
    }

    private mutating func write(_ text: UnsafeBufferPointer<UInt8>) {
        var text = text
        while true {
            guard let earlier = remembered.reference(from: text) else {
                let kind = PackedText(of: text)
                write(kind, count: kind == .uuid ? 0 : text.count)
                return kind.pack(text, into: &bytes)
            }
            guard earlier.count < text.count else { return write(.same, count: earlier.index) }
            write(.below, count: earlier.index)
            text = UnsafeBufferPointer(rebasing: text.dropLast(earlier.count + 1))
        }
    }

    private mutating func write(_ kind: PackedText, count: Int) { write(UInt64(count) << 3 | UInt64(kind.rawValue)) }

    /// A numbered field: number, length, and what `body` writes.
    mutating func write(field number: UInt64, _ body: (inout ClaimsWriter) -> Void) {
        write(number)
        // The length of most fields is one byte.
        let start = bytes.count
        bytes.append(0)
        body(&self)
        let length = bytes.count - start - 1
        if length < 0x80 {
            bytes[start] = UInt8(length)
        } else {
            var longer = ClaimsWriter()
            longer.write(UInt64(length))
            bytes.replaceSubrange(start...start, with: longer.bytes)
        }
    }

    mutating func write(_ operation: Operation) {
        switch operation {
        case .generate: write(0 as UInt8)
        case .extend(let edge, let context):
            write(edge == .start ? 1 as UInt8 : 2)
            if let context { write(context) }
        case .edit: write(3 as UInt8)
        case .remix: write(4 as UInt8)
        case .retake(let start, let replacing):
            write(5 as UInt8)
            write(replacing == .audio ? 0 as UInt8 : replacing == .video ? 1 : 2)
            write(start)
        case .reframe: write(6 as UInt8)
        case .hdr: write(7 as UInt8)
        }
    }
}

/// The first texts of an id, to which later texts refer: account, vendor and model. A fixed number, so that it needs no allocation.
private struct RememberedTexts {
    private var texts: InlineArray<3, String> = ["", "", ""]
    /// In bytes.
    private var lengths: InlineArray<3, Int> = [0, 0, 0]
    private var count = 0

    mutating func append(_ text: String) {
        texts[count] = text
        lengths[count] = text.utf8.count
        count += 1
    }

    /// The index and length of the first text that `text` equals, or else that it ends with after a slash.
    func reference(from text: UnsafeBufferPointer<UInt8>) -> (index: Int, count: Int)? {
        for index in 0..<count where lengths[index] == text.count && isEnd(index, of: text) { return (index, text.count) }
        for index in 0..<count {
            let slash = text.count - lengths[index] - 1
            guard slash >= 0, lengths[index] > 0, text[slash] == UInt8(ascii: "/"), isEnd(index, of: text) else { continue }
            return (index, lengths[index])
        }
        return nil
    }

    /// Whether `text`, which is not shorter, ends with a remembered text. Bytes, since to `String` differently composed letters are equal.
    private func isEnd(_ index: Int, of text: UnsafeBufferPointer<UInt8>) -> Bool {
        var end = texts[index]
        return end.withUTF8 { $0.elementsEqual(text[(text.count - $0.count)...]) }
    }
}
