import Server
import Wire

/// Scheme, host and port by which a client reaches this router, for the links in its answers where no `public_url` is configured.
enum Origin {
    /// What the client itself called. It can only mislead itself with it: nothing of it is remembered, and a link made with it goes into
    /// the answer to the same request alone. The scheme is a proxy's word where there is one, for TLS usually ends there.
    /// - Returns: nil where that is no plain host with a port.
    static func requested(by head: RequestHead) -> String? {
        let host = head.authority
        guard isPlain(host) else { return nil }
        let forwardedScheme = head.headers["x-forwarded-proto"]?.prefix { $0 != "," }.lowercased()
        let scheme = forwardedScheme == "https" || forwardedScheme == "http" ? forwardedScheme : nil
        return (scheme ?? (head.isTLS ? "https" : "http")) + "://" + host
    }

    /// For a client that called by no name that could stand in a link.
    static let fallback = "http://localhost"

    /// Letters, digits, dots, hyphens and underscores, or an address in brackets, with at most one port behind it.
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

    /// A name of the DNS, and a port.
    private static let longest = 253 + 6

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
