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
        base64.appendAll(of: rest.prefix(whole), to: &text)
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
        base64.appendAll(of: group[...], to: &text)
        (held, heldCount) = (0, 0)
    }
}

extension Base64 {
    /// `prefix`, then the characters for `bytes`, written straight into the string.
    package func text(_ bytes: Slice, after prefix: String = "") -> String {
        let prefixCount = prefix.utf8.count
        return String(unsafeUninitializedCapacity: prefixCount + characterCount(of: bytes.count)) { text in
            _ = text.initialize(fromContentsOf: prefix.utf8)
            return prefixCount + write(bytes, into: UnsafeMutableBufferPointer(rebasing: text[prefixCount...]))
        }
    }

    /// Appends all characters for `bytes`.
    fileprivate func appendAll(of bytes: Slice, to text: inout Bytes) {
        text.append(addingCapacity: characterCount(of: bytes.count)) { (text: inout OutputSpan<UInt8>) in
            text.withUnsafeMutableBufferPointer { text, count in
                count += write(bytes, into: UnsafeMutableBufferPointer(rebasing: text[count...]))
            }
        }
    }

    /// How many characters `count` bytes take at most: without padding, up to two less.
    private func characterCount(of count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes all characters for `bytes` to the start of `text`, and returns how many. Through pointers, to save a check of each access:
    /// every job id is encoded.
    private func write(_ bytes: Slice, into text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        precondition(text.count >= characterCount(of: bytes.count))
        return characters.withUnsafeBufferPointer { characters in
            bytes.withUnsafeBufferPointer { bytes in
                var (read, written) = (0, 0)
                while read &+ 3 <= bytes.count {
                    let upper = Int(bytes[read]) &<< 16 | Int(bytes[read &+ 1]) &<< 8
                    let group = upper | Int(bytes[read &+ 2])
                    text[written] = characters[group &>> 18]
                    text[written &+ 1] = characters[group &>> 12 & 63]
                    text[written &+ 2] = characters[group &>> 6 & 63]
                    text[written &+ 3] = characters[group & 63]
                    read &+= 3
                    written &+= 4
                }
                let rest = bytes.count - read
                guard rest > 0 else { return written }
                let group = Int(bytes[read]) << 16 | (rest == 2 ? Int(bytes[read + 1]) << 8 : 0)
                for place in 0...rest { text[written + place] = characters[group >> (18 - 6 * place) & 63] }
                guard isPadded else { return written + rest + 1 }
                for place in (rest + 1)..<4 { text[written + place] = UInt8(ascii: "=") }
                return written + 4
            }
        }
    }
}
