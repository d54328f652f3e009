/// Base64 (RFC 4648 §4).
package enum Base64 {
    private static let alphabet = Bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Appends the padded base64 text of `bytes`.
    package static func append(_ bytes: Slice, to text: inout Bytes) {
        var rest = bytes
        while rest.count >= 3 {
            let word = UInt32(rest[rest.startIndex]) << 16 | UInt32(rest[rest.startIndex + 1]) << 8 | UInt32(rest[rest.startIndex + 2])
            for shift in [18, 12, 6, 0] { text.append(alphabet[Int(word >> UInt32(shift) & 63)]) }
            rest = rest.dropFirst(3)
        }
        guard let first = rest.first else { return }
        let word = UInt32(first) << 16 | (rest.count > 1 ? UInt32(rest[rest.startIndex + 1]) << 8 : 0)
        text.append(alphabet[Int(word >> 18)])
        text.append(alphabet[Int(word >> 12 & 63)])
        text.append(rest.count > 1 ? alphabet[Int(word >> 6 & 63)] : UInt8(ascii: "="))
        text.append(UInt8(ascii: "="))
    }
}
