/// A block of IP addresses: `10.0.0.0/8`, `fd00::/8`, or one address. IPv4 addresses inside IPv6 (RFC 4291 §2.5.5.2) are IPv4 addresses.
package struct IPRange: Sendable, Hashable, CustomStringConvertible {
    package let description: String
    private let network: UInt128
    private let mask: UInt128

    package static let loopback = ["127.0.0.0/8", "::1"].compactMap { IPRange($0) }
    /// RFC 1918 and RFC 4193.
    package static let localNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"].compactMap { IPRange($0) }

    /// Addresses without brackets; IPv4 as four decimal numbers.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first, let (number, width) = IPRange.address(address) else { return nil }
        var bits = width
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let prefix = Int(parts[1]),
                prefix <= width
            else { return nil }
            bits = prefix
        }
        let significant = bits + 128 - width
        mask = significant == 0 ? 0 : UInt128.max << (128 - UInt128(significant))
        network = number & mask
        description = String(text)
    }

    package func contains(v4 number: UInt32) -> Bool { (IPRange.mapped | UInt128(number)) & mask == network }

    package func contains(high: UInt64, low: UInt64) -> Bool { (UInt128(high) << 64 | UInt128(low)) & mask == network }

    package func contains(_ host: URLHost) -> Bool {
        switch host {
        case .name: false
        case .v4(let number): contains(v4: number)
        case .v6(let high, let low): contains(high: high, low: low)
        }
    }

    /// ::ffff:0:0
    private static let mapped: UInt128 = 0xFFFF << 32

    private static func address(_ text: some StringProtocol) -> (UInt128, width: Int)? {
        if text.contains(":") {
            guard let (high, low) = IPText.v6(Bytes(text.utf8)[...]) else { return nil }
            return (UInt128(high) << 64 | UInt128(low), 128)
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt32(part),
                value <= 255, part == "0" || !part.hasPrefix("0")
            else { return nil }
            number = number << 8 | value
        }
        return (mapped | UInt128(number), 32)
    }
}
