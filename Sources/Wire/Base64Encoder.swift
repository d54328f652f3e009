/// Encodes bytes as base64 in pieces, which may be split anywhere.
package struct Base64Encoder: Sendable {
    private let base64: Base64
    /// Bytes that wait for a group of three, right-aligned.
    private var held: UInt32 = 0
    private var heldCount = 0

    package init(_ base64: Base64) { self.base64 = base64 }

    /// Appends the characters that `bytes` completes.
    package mutating func encode(_ bytes: Slice, into text: inout Bytes) {
        var rest = bytes
        while heldCount > 0, let byte = rest.popFirst() { take(byte, into: &text) }
        let whole = rest.count / 3 * 3
        let groups = rest.prefix(whole)
        text.append(addingCapacity: whole / 3 * 4) { (text: inout OutputSpan<UInt8>) in
            let groups = groups.span
            base64.append(groups, to: &text)
        }
        for byte in rest.dropFirst(whole) { take(byte, into: &text) }
    }

    /// Appends the rest and the padding, and resets the encoder.
    package mutating func finish(into text: inout Bytes) {
        defer { (held, heldCount) = (0, 0) }
        guard heldCount > 0 else { return }
        let characters = base64.characters
        let group = held << UInt32(24 - 8 * heldCount)
        for place in 0...heldCount { text.append(characters[Int(group >> UInt32(18 - 6 * place)) & 63]) }
        if base64.isPadded { text.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 3 - heldCount)) }
    }

    private mutating func take(_ byte: UInt8, into text: inout Bytes) {
        held = held << 8 | UInt32(byte)
        heldCount += 1
        guard heldCount == 3 else { return }
        let group = [UInt8(held >> 16), UInt8(held >> 8 & 255), UInt8(held & 255)]
        text.append(addingCapacity: 4) { (text: inout OutputSpan<UInt8>) in
            let group = group.span
            base64.append(group, to: &text)
        }
        (held, heldCount) = (0, 0)
    }
}

extension Base64 {
    /// `prefix`, then the characters for `bytes`, written straight into the string.
    package func text(_ bytes: Slice, after prefix: String = "") -> String {
        let count = prefix.utf8.count + (bytes.count + 2) / 3 * 4
        return String(unsafeUninitializedCapacity: count) { buffer in
            var text = OutputSpan(buffer: buffer, initializedCount: 0)
            for character in prefix.utf8 { text.append(character) }
            let bytes = bytes.span
            append(bytes, to: &text)
            return text.finalize(for: buffer)
        }
    }

    /// Appends all characters for `bytes`, with the padding.
    fileprivate func append(_ bytes: Span<UInt8>, to text: inout OutputSpan<UInt8>) {
        let table = characters
        let characters = table.span
        var index = 0
        while index + 3 <= bytes.count {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            text.append(characters[Int(group >> 18)])
            text.append(characters[Int(group >> 12 & 63)])
            text.append(characters[Int(group >> 6 & 63)])
            text.append(characters[Int(group & 63)])
            index += 3
        }
        let rest = bytes.count - index
        guard rest > 0 else { return }
        let group = UInt32(bytes[index]) << 16 | (rest == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
        for place in 0...rest { text.append(characters[Int(group >> UInt32(18 - 6 * place)) & 63]) }
        if isPadded { for _ in rest..<3 { text.append(UInt8(ascii: "=")) } }
    }
}
