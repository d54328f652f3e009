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
        guard entries.contains(where: { Headers.isOfConnection(text[$0.name]) }) else { return }
        var listed: [Slice] = []
        forEachField { name, value in
            guard name.elementsEqual("connection".utf8) else { return }
            listed += Headers.members(of: value).map { Bytes($0.map(Headers.lowered))[...] }
        }
        removeAllExcept { name in !Headers.isOfConnection(name) && !listed.contains(name) }
    }

    /// The members of a comma-separated list, without the white space around them; empty ones are omitted (RFC 9110 §5.6.1).
    package static func members(of value: Slice) -> [Slice] {
        value.split(separator: 0x2C).compactMap { member in
            let trimmed = trimmed(member)
            return trimmed.isEmpty ? nil : trimmed
        }
    }

    /// Compares the length first, which excludes nearly every field.
    private static func isOfConnection(_ name: Slice) -> Bool {
        switch name.count {
        case 2: name.elementsEqual("te".utf8)
        case 7: name.elementsEqual("trailer".utf8) || name.elementsEqual("upgrade".utf8)
        case 10: name.elementsEqual("connection".utf8) || name.elementsEqual("keep-alive".utf8)
        case 14: name.elementsEqual("content-length".utf8)
        case 16: name.elementsEqual("proxy-connection".utf8)
        case 17: name.elementsEqual("transfer-encoding".utf8)
        default: false
        }
    }
}
