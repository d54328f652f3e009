import Wire

/// Reads the header of the PROXY protocol, version 1 (text) and 2 (binary), in which a load balancer names the source of a connection:
/// haproxy.org/download/3.0/doc/proxy-protocol.txt.
package enum ProxyHeader {
    package enum ParseResult: Sendable, Equatable {
        /// The header is not complete.
        case more
        /// Its length, and the source; nil if the load balancer connects for itself, as for health checks.
        case header(length: Int, source: Address?)
        case invalid
    }

    /// Longer headers are rejected. The protocol requires support for at least 536 bytes.
    package static let maxBytes = 4096
    /// Of version 1, including its line end.
    private static let maxLineBytes = 107
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    private static let word = Array("PROXY ".utf8)

    /// - Parameter bytes: the first bytes of a connection.
    package static func read(_ bytes: some RandomAccessCollection<UInt8>) -> ParseResult {
        let bytes = Bytes(bytes.prefix(maxBytes))
        if bytes.prefix(signature.count).elementsEqual(signature.prefix(bytes.count)) { return binary(bytes) }
        if bytes.prefix(word.count).elementsEqual(word.prefix(bytes.count)) { return text(bytes) }
        return .invalid
    }

    // MARK: Version 1

    private static func text(_ bytes: Bytes) -> ParseResult {
        guard let end = bytes.prefix(maxLineBytes).firstIndex(of: 0x0A) else { return bytes.count < maxLineBytes ? .more : .invalid }
        guard end > 0, bytes[end - 1] == 0x0D else { return .invalid }
        let line = String(decoding: bytes[..<(end - 1)], as: UTF8.self)
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        if parts.count >= 2, parts[1] == "UNKNOWN" { return .header(length: end + 1, source: nil) }
        guard parts.count == 6, let sourcePort = port(parts[4]), port(parts[5]) != nil else { return .invalid }
        switch parts[1] {
        case "TCP4":
            guard let source = IPv4(parts[2]), IPv4(parts[3]) != nil else { return .invalid }
            return .header(length: end + 1, source: .v4(source, port: sourcePort))
        case "TCP6":
            guard let source = IPv6(parts[2]), IPv6(parts[3]) != nil else { return .invalid }
            return .header(length: end + 1, source: Address.v6(source, port: sourcePort).unmapped)
        default: return .invalid
        }
    }

    private static func port(_ text: Substring) -> UInt16? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt16(text) : nil
    }

    // MARK: Version 2

    private static func binary(_ bytes: Bytes) -> ParseResult {
        guard bytes.count >= 16 else { return .more }
        let (version, command, family) = (bytes[12] >> 4, bytes[12] & 15, bytes[13])
        let length = 16 + (Int(bytes[14]) << 8 | Int(bytes[15]))
        guard version == 2, command <= 1, length <= maxBytes else { return .invalid }
        guard bytes.count >= length else { return .more }
        guard command == 1 else { return .header(length: length, source: nil) }
        switch family {
        case 0x11:  // TCP over IPv4
            guard length >= 28 else { return .invalid }
            let source = IPv4(number: UInt32(truncatingIfNeeded: number(bytes[16..<20])))
            return .header(length: length, source: .v4(source, port: UInt16(truncatingIfNeeded: number(bytes[24..<26]))))
        case 0x21:  // TCP over IPv6
            guard length >= 52 else { return .invalid }
            let source = IPv6(high: number(bytes[16..<24]), low: number(bytes[24..<32]))
            return .header(
                length: length, source: Address.v6(source, port: UInt16(truncatingIfNeeded: number(bytes[48..<50]))).unmapped)
        // Other address families cannot be used: keep the load balancer's own address.
        default: return .header(length: length, source: nil)
        }
    }

    private static func number(_ bytes: Slice) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
