import Jobs
import Wire

/// Writes claims in few bytes: numbers of seven bits to the byte (LEB128), text as `PackedText`.
struct ClaimsWriter {
    private(set) var bytes = Bytes()
    /// Texts that later ones may refer to.
    private var remembered: [Bytes] = []

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
        let text = Bytes(text.utf8)
        write(PackedText(text, after: remembered))
        if remember { remembered.append(text) }
    }

    private mutating func write(_ text: PackedText) {
        write(UInt64(text.count) << 3 | UInt64(text.kind.rawValue))
        bytes += text.bytes
        if let prefix = text.prefix { write(PackedText(prefix, after: remembered)) }
    }

    /// A numbered field: number, length, and what `body` writes.
    mutating func write(field number: UInt64, _ body: (inout ClaimsWriter) -> Void) {
        var field = ClaimsWriter()
        field.remembered = remembered
        body(&field)
        write(number)
        write(UInt64(field.bytes.count))
        bytes += field.bytes
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
