import CLinux
import Wire

/// An address to which a stream socket can be bound or connected.
package enum Address: Sendable, Hashable {
    case v4(IPv4, port: UInt16)
    case v6(IPv6, port: UInt16)
    /// The path of a Unix socket: at most 107 bytes, empty for an unnamed peer.
    case unix(String)

    /// Reads `127.0.0.1:8080`, `[::1]:8080` and `unix:/path`; host names are for `Resolver`.
    package init?(_ text: some StringProtocol) {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            guard !path.isEmpty, path.utf8.count <= 107, !path.utf8.contains(0) else { return nil }
            self = .unix(String(path))
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits) else { return nil }
        self.init(literal: text[..<colon], port: port)
    }

    /// An address given as text, IPv6 with or without brackets; nil for a host name.
    package init?(literal host: some StringProtocol, port: UInt16) {
        if let address = IPv4(host) {
            self = .v4(address, port: port)
        } else if host.hasPrefix("["), host.hasSuffix("]"), let address = IPv6(host.dropFirst().dropLast()) {
            self = .v6(address, port: port)
        } else if let address = IPv6(host) {
            self = .v6(address, port: port)
        } else {
            return nil
        }
    }

    package static func loopback(port: UInt16 = 0) -> Address {
        .v4(IPv4(number: 0x7F00_0001), port: port)
    }

    /// Nil for a Unix socket.
    package var port: UInt16? {
        switch self {
        case .v4(_, let port), .v6(_, let port): port
        case .unix: nil
        }
    }

    /// True only for addresses on the public Internet; used against server-side request forgery.
    package var isPublic: Bool {
        switch self {
        case .v4(let address, _): address.isPublic
        case .v6(let address, _): address.isPublic
        case .unix: false
        }
    }

    /// Link-local, or a metadata service of a cloud, which gives out credentials: never called, whatever URL names it.
    package var isMetadata: Bool {
        switch self {
        case .v4(let address, _): address.isMetadata
        case .v6(let address, _): address.isMetadata
        case .unix: false
        }
    }

    /// Whether the address belongs to a block; a Unix socket belongs to none.
    package func isIn(_ range: IPRange) -> Bool {
        switch self {
        case .v4(let address, _): range.contains(v4: address.number)
        case .v6(let address, _): range.contains(high: address.high, low: address.low)
        case .unix: false
        }
    }

    /// Reachable from this machine only: 127/8, ::1, their mapped form, and Unix sockets.
    package var isLoopback: Bool {
        switch self {
        case .v4(let address, _): address.isLoopback
        case .v6(let address, _): address.isLoopback
        case .unix: true
        }
    }

    /// Loopback, RFC 1918, RFC 4193 and link-local addresses, and Unix sockets.
    package var isPrivate: Bool {
        switch self {
        case .v4(let address, _): address.isPrivate
        case .v6(let address, _): address.isPrivate
        case .unix: true
        }
    }

    /// The IPv4 address of an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), as sockets that accept both report it; else the address itself.
    package var unmapped: Address {
        guard case .v6(let address, let port) = self, address.high == 0, address.low >> 32 == 0xFFFF else { return self }
        return .v4(IPv4(number: UInt32(truncatingIfNeeded: address.low)), port: port)
    }

    package func with(port: UInt16) -> Address {
        switch self {
        case .v4(let address, _): .v4(address, port: port)
        case .v6(let address, _): .v6(address, port: port)
        case .unix: self
        }
    }
}

extension Address: CustomStringConvertible {
    /// The form that `init(_:)` reads.
    package var description: String {
        switch self {
        case .v4(let address, let port): "\(address):\(port)"
        case .v6(let address, let port): "[\(address)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// The address without its port, for logs and allow lists.
    package var host: String {
        switch self {
        case .v4(let address, _): address.description
        case .v6(let address, _): address.description
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension Address {
    init?(_ raw: linux_address) {
        switch raw.family {
        case 4: self = .v4(IPv4(number: raw.v4), port: raw.port)
        case 6: self = .v6(IPv6(high: raw.high, low: raw.low, scope: raw.scope), port: raw.port)
        case 1: self = .unix(withUnsafeBytes(of: raw.path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        default: return nil
        }
    }

    var raw: linux_address {
        var raw = linux_address()
        switch self {
        case .v4(let address, let port):
            (raw.family, raw.v4, raw.port) = (4, address.number, port)
        case .v6(let address, let port):
            (raw.family, raw.high, raw.low, raw.scope, raw.port) = (6, address.high, address.low, address.scope, port)
        case .unix(let path):
            raw.family = 1
            withUnsafeMutableBytes(of: &raw.path) { $0.dropLast().copyBytes(from: path.utf8.prefix(107)) }
        }
        return raw
    }
}
