/// Decodes base64 in pieces, which may be split anywhere. Nothing is accepted after the padding.
package struct Base64Decoder: Sendable {
    private let base64: Base64
    /// Characters of the open group of four, as values, right-aligned.
    private var held: UInt32 = 0
    private var heldCount = 0
    private var padding = 0
    /// Characters read so far.
    private var offset = 0

    package init(_ base64: Base64) { self.base64 = base64 }

    /// Appends the bytes that `text` completes. Do not use the decoder after it has thrown.
    package mutating func decode(_ text: Slice, into bytes: inout Bytes) throws(Base64Error) {
        var rest = text
        while heldCount > 0, let character = rest.popFirst() { try take(character, into: &bytes) }
        if padding == 0 {
            let read = base64.appendGroups(of: rest, to: &bytes)
            offset += read
            rest = rest.dropFirst(read)
        }
        for character in rest { try take(character, into: &bytes) }
    }

    /// Appends the last bytes.
    /// - Throws: if the text ends inside a group.
    package mutating func finish(into bytes: inout Bytes) throws(Base64Error) {
        if base64.isPadded {
            guard heldCount + padding == 0 || heldCount + padding == 4 else { throw Base64Error(offset: offset) }
        } else {
            guard heldCount != 1 else { throw Base64Error(offset: offset) }
            try closeGroup(into: &bytes)
        }
    }

    private mutating func take(_ character: UInt8, into bytes: inout Bytes) throws(Base64Error) {
        if character == UInt8(ascii: "="), base64.isPadded, heldCount >= 2, heldCount + padding < 4 {
            padding += 1
            offset += 1
            if heldCount + padding == 4 { try closeGroup(into: &bytes) }
            return
        }
        let value = base64.values[Int(character)]
        guard value != Base64.invalid, padding == 0 else { throw Base64Error(offset: offset) }
        held = held << 6 | value
        heldCount += 1
        offset += 1
        guard heldCount == 4 else { return }
        bytes.append(contentsOf: [UInt8(held >> 16), UInt8(held >> 8 & 255), UInt8(held & 255)])
        (held, heldCount) = (0, 0)
    }

    /// Two or three characters are one or two bytes; the bits left over must be zero (RFC 4648 §3.5), or two texts would decode to the same
    /// bytes.
    private mutating func closeGroup(into bytes: inout Bytes) throws(Base64Error) {
        guard heldCount > 0 else { return }
        let spare = UInt32(heldCount == 2 ? 4 : 2)
        guard held & (1 << spare - 1) == 0 else { throw Base64Error(offset: offset - padding - 1) }
        let value = held >> spare
        if heldCount == 3 { bytes.append(UInt8(value >> 8)) }
        bytes.append(UInt8(value & 255))
    }
}

extension Base64 {
    /// Appends three bytes for every four characters of `text` up to the first group with anything but the alphabet in it,
    /// and returns how many characters were read.
    fileprivate func appendGroups(of text: Slice, to bytes: inout Bytes) -> Int {
        let table = values
        let text = text.span
        let values = table.span
        var index = 0
        bytes.append(addingCapacity: text.count / 4 * 3) { (bytes: inout OutputSpan<UInt8>) in
            while index + 4 <= text.count {
                let first = values[Int(text[index])]
                let second = values[Int(text[index + 1])]
                let third = values[Int(text[index + 2])]
                let fourth = values[Int(text[index + 3])]
                guard (first | second | third | fourth) < Base64.invalid else { return }
                let group = first << 18 | second << 12 | third << 6 | fourth
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                index += 4
            }
        }
        return index
    }
}
