import Wire

/// Reads the field lines of a malformed response: lines ended by LF alone, folded lines, white space before the colon, lines that are not
/// fields. A connection with such a head is not reused.
enum LenientFieldParser {
    /// - Parameter lines: everything after the status line, with or without the empty line.
    static func read(_ lines: Slice, limit: Int) throws(ResponseError) -> Headers {
        var unfolded: [(name: Slice, value: Bytes)] = []
        for line in lines.split(separator: 0x0A) {
            let text = line.last == 0x0D ? line.dropLast() : line
            guard let first = text.first else { continue }
            if first == 0x20 || first == 0x09 {
                // RFC 9112 §5.2: a folded line continues the value of the previous field.
                guard !unfolded.isEmpty else { continue }
                unfolded[unfolded.count - 1].value += [0x20] + trimmed(text)
            } else if let colon = text.firstIndex(of: 0x3A) {
                unfolded.append((trimmed(text[..<colon]), Bytes(text[(colon + 1)...])))
            }
            guard unfolded.count <= limit else { throw .tooManyFields }
        }
        var headers = Headers()
        for field in unfolded where !headers.add(rawName: field.name, rawValue: field.value[...]) {
            // Fields that cannot be stored are dropped, unless they determine the framing.
            guard !isFramingField(field.name) else { throw .badField }
        }
        return headers
    }

    private static func isFramingField(_ name: Slice) -> Bool {
        let letters = String(decoding: name, as: UTF8.self).lowercased()
        return letters.contains("length") || letters.contains("encoding")
    }

    private static func trimmed(_ text: Slice) -> Slice {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let end = text.lastIndex { !isBlank($0) } ?? text.startIndex - 1
        return text[...end].drop(while: isBlank)
    }
}
