/// Distinguishes the strings of a JSON text from what is between them. The text may be split anywhere, also inside an escape. It does not
/// validate; the parser does.
struct StringScanner {
    /// The kind of bytes just read.
    enum Event {
        case between
        case opens
        /// Bytes of a string without escapes.
        case plain
        /// A part of an escape.
        case escape
        /// The end of an escape, with its character. Surrogates, which do not occur in base64, become U+FFFD.
        case character(Unicode.Scalar)
        case closes
    }

    private enum Place {
        case between, inside, behindBackslash
        case digits(left: Int, value: UInt32)
    }

    private var place = Place.between

    /// Reads at least one byte from `position` on, which must exist.
    mutating func next(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Event {
        switch place {
        case .between: return between(bytes, &position)
        case .inside: return inside(bytes, &position)
        case .behindBackslash:
            position += 1
            return behindBackslash(bytes[position - 1])
        case .digits(let left, let value):
            position += 1
            return digit(bytes[position - 1], left, value: value)
        }
    }

    private mutating func between(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Event {
        if bytes[position] == UInt8(ascii: "\"") {
            position += 1
            place = .inside
            return .opens
        }
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += 1 }
        return .between
    }

    private mutating func inside(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Event {
        switch bytes[position] {
        case UInt8(ascii: "\""):
            position += 1
            place = .between
            return .closes
        case UInt8(ascii: "\\"):
            position += 1
            place = .behindBackslash
            return .escape
        default:
            var isOther = false
            position = JSONScan.endOfPlainRun(bytes, from: position + 1, sawOthers: &isOther)
            return .plain
        }
    }

    private mutating func behindBackslash(_ byte: UInt8) -> Event {
        place = .inside
        switch byte {
        case UInt8(ascii: "u"):
            place = .digits(left: 4, value: 0)
            return .escape
        case UInt8(ascii: "b"): return .character("\u{08}")
        case UInt8(ascii: "f"): return .character("\u{0C}")
        case UInt8(ascii: "n"): return .character("\n")
        case UInt8(ascii: "r"): return .character("\r")
        case UInt8(ascii: "t"): return .character("\t")
        default: return .character(Unicode.Scalar(byte))
        }
    }

    private mutating func digit(_ byte: UInt8, _ left: Int, value: UInt32) -> Event {
        let value = value << 4 | UInt32(JSONScan.hexValue(byte) ?? 0)
        guard left == 1 else {
            place = .digits(left: left - 1, value: value)
            return .escape
        }
        place = .inside
        return .character(Unicode.Scalar(value) ?? "\u{FFFD}")
    }
}
