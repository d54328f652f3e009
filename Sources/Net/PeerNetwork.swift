/// Whose connections count together: one IPv4 address, or the network of one IPv6 subscriber.
package enum PeerNetwork: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt64)

    /// Nil for whoever is on this machine: a proxy perhaps, behind which there are many.
    package init?(_ peer: Address) {
        guard !peer.isLoopback else { return nil }
        switch peer {
        case .v4(let address, _): self = .v4(address.number)
        case .v6(let address, _): self = .v6(address.high)
        case .unix: return nil
        }
    }
}
