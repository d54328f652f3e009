import Net

/// What all requests of one connection have in common.
final class ConnectionPeer: Sendable {
    let address: Address
    /// The address without its port, as logs need it for each request.
    let host: String
    let isTLS: Bool

    init(_ stream: Net.Stream) {
        address = stream.peer
        host = stream.peer.host
        isTLS = stream.isTLS
    }
}
