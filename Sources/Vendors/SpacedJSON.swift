import Jobs
import Wire

/// A flat JSON object byte for byte as Python's `json.dumps` writes it (`{"a": 1, "b": "\u7eb8"}`), for vendors whose signature covers the
/// bytes and whose own client is written in Python.
struct SpacedJSON {
    private var bytes = Bytes("{".utf8)

    /// The object as far as its members have values.
    var text: Slice { (bytes + Bytes("}".utf8))[...] }

    mutating func add(_ name: String, _ value: String) {
        addName(name)
        append(value)
    }

    mutating func add(_ name: String, _ value: Int64) {
        addName(name)
        bytes += String(value).utf8
    }

    /// A list of URLs or of bare base64.
    mutating func add(_ name: String, _ media: [InputMedia]) {
        addName(name)
        bytes += "[".utf8
        for (place, medium) in media.enumerated() {
            if place > 0 { bytes += ", ".utf8 }
            append(medium)
        }
        bytes += "]".utf8
    }

    private mutating func addName(_ name: String) {
        if bytes.count > 1 { bytes += ", ".utf8 }
        append(name)
        bytes += ": ".utf8
    }

    private mutating func append(_ medium: InputMedia) {
        switch medium.source {
        case .url(let text), .reference(let text): append(text)
        case .bytes(_, let content):
            bytes += "\"".utf8
            Base64.standard.append(content, to: &bytes)
            bytes += "\"".utf8
        case .base64(_, let text):
            bytes += "\"".utf8
            bytes += text
            bytes += "\"".utf8
        }
    }

    /// Everything beyond ASCII as UTF-16 escapes in lower-case hex (CPython, Lib/json/encoder.py, `ensure_ascii`).
    private mutating func append(_ text: String) {
        bytes += "\"".utf8
        for unit in text.utf16 {
            switch unit {
            case 0x22: bytes += "\\\"".utf8
            case 0x5C: bytes += "\\\\".utf8
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0x0C: bytes += "\\f".utf8
            case 0x0D: bytes += "\\r".utf8
            case 0x20..<0x7F: bytes.append(UInt8(unit))
            default:
                let digits = String(unit, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            }
        }
        bytes += "\"".utf8
    }
}
