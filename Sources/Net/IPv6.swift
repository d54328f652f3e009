import CLinux

/// An IPv6 address.
package struct IPv6: Sendable, Hashable {
    /// The first eight bytes, in host byte order.
    package let high: UInt64
    /// The last eight bytes, in host byte order.
    package let low: UInt64
    /// The interface of a link-local address, else 0.
    package let scope: UInt32

    package init(high: UInt64, low: UInt64, scope: UInt32 = 0) {
        self.high = high
        self.low = low
        self.scope = scope
    }

    /// RFC 4291 text, without brackets and without a zone.
    package init?(_ text: some StringProtocol) {
        var (high, low): (UInt64, UInt64) = (0, 0)
        guard linux_parse_v6(String(text), &high, &low) == 1 else { return nil }
        self.init(high: high, low: low)
    }

    /// Whether the address is on the public Internet. Forms that contain an IPv4 address are as public as that address.
    package var isPublic: Bool {
        if let embedded { return embedded.isPublic }
        guard high >> 61 == 0b001 else { return false }  // Only 2000::/3 is global unicast (RFC 4291 section 2.4).
        if high >> 41 == 0x2001_0000 >> 9 { return false }  // 2001::/23 protocol assignments: Teredo, ORCHID, benchmarks
        if high >> 32 == 0x2001_0DB8 { return false }  // 2001:db8::/32 documentation
        if high >> 44 == 0x3FFF0 { return false }  // 3fff::/20 documentation (RFC 9637)
        return true
    }

    package var isLoopback: Bool { (high, low) == (0, 1) || embedded?.isLoopback == true && high == 0 }

    /// Loopback, unique local (RFC 4193) and link-local.
    package var isPrivate: Bool { isLoopback || high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6 || embedded?.isPrivate == true }

    /// Link-local, and the metadata services with unique local addresses.
    package var isMetadata: Bool {
        high >> 54 == 0xFE80 >> 6 || embedded?.isMetadata == true || IPv6.metadata.contains { $0 == (high, low) }
    }

    private static let metadata: [(UInt64, UInt64)] = [
        (0xFD00_0EC2_0000_0000, 0x254),  // fd00:ec2::254 AWS
        (0xFD20_00CE_0000_0000, 0x254),  // fd20:ce::254 Google Cloud
        (0xFD00_00C1_0000_0000, 0xA9FE_A9FE),  // fd00:c1::a9fe:a9fe Oracle Cloud
    ]

    /// The IPv4 address inside IPv4-mapped (RFC 4291), NAT64 (RFC 6052) and 6to4 (RFC 3056) addresses.
    package var embedded: IPv4? {
        if high == 0, low >> 32 == 0xFFFF { return IPv4(number: UInt32(truncatingIfNeeded: low)) }
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return IPv4(number: UInt32(truncatingIfNeeded: low)) }
        if high >> 48 == 0x2002 { return IPv4(number: UInt32(truncatingIfNeeded: high >> 16)) }
        return nil
    }
}

extension IPv6: CustomStringConvertible {
    /// RFC 5952 text, without the scope.
    package var description: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 46) { text in
            linux_format_v6(high, low, text.baseAddress!)
            return String(cString: text.baseAddress!)
        }
    }
}
