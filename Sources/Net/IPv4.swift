import CLinux

/// An IPv4 address.
package struct IPv4: Sendable, Hashable {
    /// Host byte order: 127.0.0.1 is 0x7F000001.
    package let number: UInt32

    package init(number: UInt32) {
        self.number = number
    }

    /// Reads four decimal numbers without leading zeros. Short (`127.1`) and octal forms are not accepted.
    package init?(_ text: some StringProtocol) {
        var number: UInt32 = 0
        guard linux_parse_v4(String(text), &number) == 1 else { return nil }
        self.number = number
    }

    /// Whether the address is on the public Internet: not in IANA's special-purpose registry (RFC 6890), not multicast,
    /// and not Azure's wire server, which has a public number but responds inside the host.
    package var isPublic: Bool {
        !IPv4.special.contains { number & (UInt32.max << (32 - $0.bits)) == $0.network }
    }

    package var isLoopback: Bool { number >> 24 == 127 }

    /// RFC 1918, loopback and link-local.
    package var isPrivate: Bool {
        isLoopback || number >> 24 == 10 || number >> 20 == 0xAC1 || number >> 16 == 0xC0A8 || number >> 16 == 0xA9FE
    }

    /// Link-local (AWS, Google Cloud, Azure, …), and the metadata services that have other addresses.
    package var isMetadata: Bool { number >> 16 == 0xA9FE || IPv4.metadata.contains(number) }

    private static let metadata: [UInt32] = [
        0x6464_64C8,  // 100.100.100.200 Alibaba Cloud
        0xA83F_8110,  // 168.63.129.16 Azure's wire server
        0xC000_00C0,  // 192.0.0.192 Oracle Cloud
    ]

    private static let special: [(network: UInt32, bits: UInt32)] = [
        (0x0000_0000, 8),  // 0.0.0.0/8 "this network", unspecified
        (0x0A00_0000, 8),  // 10.0.0.0/8 private
        (0x6440_0000, 10),  // 100.64.0.0/10 carrier-grade NAT; Alibaba's metadata service is 100.100.100.200
        (0x7F00_0000, 8),  // 127.0.0.0/8 loopback
        (0xA83F_8110, 32),  // 168.63.129.16 Azure's wire server
        (0xA9FE_0000, 16),  // 169.254.0.0/16 link-local; the metadata services are 169.254.169.254
        (0xAC10_0000, 12),  // 172.16.0.0/12 private
        (0xC000_0000, 24),  // 192.0.0.0/24 protocol assignments; Oracle's metadata service is 192.0.0.192
        (0xC000_0200, 24),  // 192.0.2.0/24 documentation
        (0xC058_6300, 24),  // 192.88.99.0/24 6to4 relays, deprecated
        (0xC0A8_0000, 16),  // 192.168.0.0/16 private
        (0xC612_0000, 15),  // 198.18.0.0/15 benchmarks
        (0xC633_6400, 24),  // 198.51.100.0/24 documentation
        (0xCB00_7100, 24),  // 203.0.113.0/24 documentation
        (0xE000_0000, 3),  // 224.0.0.0/4 multicast, 240.0.0.0/4 reserved and broadcast
    ]
}

extension IPv4: CustomStringConvertible {
    package var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16) { text in
            linux_format_v4(number, text.baseAddress!)
            return String(cString: text.baseAddress!)
        }
    }
}
