import Server
import Wire

/// The URL under which a client reaches this router, for the links in its answers if no `public_url` is configured.
enum Origin {
    /// The authority of the request. A client can only mislead itself with it, because such links go only into the answer to the same
    /// request. The scheme is that of `x-forwarded-proto` if a proxy sets it, since TLS usually ends there.
    /// - Returns: nil if the authority is no plain host with a port.
    static func requested(by head: RequestHead) -> String? {
        let host = head.authority
        guard isPlain(host) else { return nil }
        let forwardedScheme = head.headers["x-forwarded-proto"]?.prefix { $0 != "," }.lowercased()
        let scheme = forwardedScheme == "https" || forwardedScheme == "http" ? forwardedScheme : nil
        return (scheme ?? (head.isTLS ? "https" : "http")) + "://" + host
    }

    /// For a request without a usable authority.
    static let fallback = "http://localhost"

    /// Letters, digits, dots, hyphens and underscores, or an address in brackets, with at most one port.
    static func isPlain(_ host: String) -> Bool {
        guard !host.isEmpty, host.utf8.count <= longest else { return false }
        var name = host.utf8[...]
        if let colon = name.lastIndex(of: UInt8(ascii: ":")), !name[colon...].contains(UInt8(ascii: "]")) {
            guard let port = Int(Substring(name[colon...].dropFirst())), (1...65_535).contains(port) else { return false }
            name = name[..<colon]
        }
        if name.first == UInt8(ascii: "["), name.last == UInt8(ascii: "]") {
            return name.count > 3 && name.dropFirst().dropLast().allSatisfy(isAddressByte)
        }
        return !name.isEmpty && name.allSatisfy(isNameByte)
    }

    /// A DNS name and a port.
    private static let longest = 253 + 6

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
