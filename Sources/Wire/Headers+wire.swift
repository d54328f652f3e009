extension Headers {
    /// Appends `name: value CRLF` for each field.
    package func appendLines(to bytes: inout Bytes) {
        if isWireForm { return bytes.append(contentsOf: text) }
        for entry in entries {
            bytes.append(contentsOf: text[entry.name])
            bytes.append(0x3A)
            bytes.append(0x20)
            bytes.append(contentsOf: text[entry.value])
            bytes.append(0x0D)
            bytes.append(0x0A)
        }
    }

    /// Removes the fields that apply to one connection only and must not be forwarded (RFC 9110 §7.6.1): framing, `connection` and what it
    /// lists, and their old names.
    package mutating func removeConnectionFields() {
        guard hasConnectionFields else { return }
        var listed: [Slice] = []
        forEachField { name, value in
            guard name.elementsEqual("connection".utf8) else { return }
            listed += Headers.members(of: value).map { Bytes($0.map(Headers.lowered))[...] }
        }
        removeAllExcept { name in !Headers.isOfConnection(name.span) && !listed.contains(name) }
    }

    private var hasConnectionFields: Bool {
        let text = text.span
        return entries.contains { Headers.isOfConnection(text.extracting($0.name)) }
    }

    /// The members of a comma-separated list, without the white space around them; empty ones are omitted (RFC 9110 §5.6.1).
    package static func members(of value: Slice) -> [Slice] {
        value.split(separator: 0x2C).compactMap { member in
            let trimmed = trimmed(member)
            return trimmed.isEmpty ? nil : trimmed
        }
    }

    /// Compares the length first, which excludes nearly every field.
    private static func isOfConnection(_ name: Span<UInt8>) -> Bool {
        switch name.count {
        case 2: isEqual(name, "te")
        case 7: isEqual(name, "trailer") || isEqual(name, "upgrade")
        case 10: isEqual(name, "connection") || isEqual(name, "keep-alive")
        case 14: isEqual(name, "content-length")
        case 16: isEqual(name, "proxy-connection")
        case 17: isEqual(name, "transfer-encoding")
        default: false
        }
    }

    private static func isEqual(_ name: Span<UInt8>, _ word: StaticString) -> Bool {
        let word = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        return isEqual(name, word.span)
    }
}
