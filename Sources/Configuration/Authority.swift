/// A host with an optional port, as in URLs and `Host` fields (RFC 3986 §3.2): `example.com:8080`, `[::1]`.
package struct Authority: Sendable, Hashable, CustomStringConvertible {
    /// In lower case, IPv6 without brackets.
    package var host: String
    package var port: UInt16?

    package init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        let end: String.Index
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            host = String(text[..<bracket].dropFirst())
            guard host.contains(":"), host.utf8.allSatisfy(Authority.isAddressByte) else { return nil }
            end = text.index(after: bracket)
        } else {
            end = text.firstIndex(of: ":") ?? text.endIndex
            host = String(text[..<end])
            guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(Authority.isNameByte) else { return nil }
        }
        guard end < text.endIndex else { return }
        let digits = text[end...].dropFirst()
        guard text[end] == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else { return nil }
        self.port = port
    }

    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A: true
        default: "._-".utf8.contains(byte)
        }
    }

    /// Hexadecimal digits, colons, and the dots of an embedded IPv4 address.
    private static func isAddressByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x3A, 0x61...0x66, UInt8(ascii: "."): true
        default: false
        }
    }
}
