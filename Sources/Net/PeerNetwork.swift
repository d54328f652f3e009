/// The unit by which connections are limited: one IPv4 address, or one IPv6 /64 network.
package enum PeerNetwork: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt64)

    /// Nil for a peer on this machine: it may be a reverse proxy with many clients.
    package init?(_ peer: Address) {
        guard !peer.isLoopback else { return nil }
        switch peer {
        case .v4(let address, _): self = .v4(address.number)
        case .v6(let address, _): self = .v6(address.high)
        case .unix: return nil
        }
    }
}
