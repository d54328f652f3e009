import Net

/// A connection in a shard's list, in one phase of its life: PROXY header, TLS handshake, HTTP/1.1 or HTTP/2.
protocol ServerConnection: AnyObject {
    /// Its position in the list.
    var index: Int { get set }

    /// Whether it has served a request.
    var hasServed: Bool { get }

    /// Announces to the client, if the protocol can, that new requests will not be served. Those already sent still are.
    func announceShutdown()

    /// Closes the connection if no request has arrived, read or unread.
    /// - Returns: whether it was closed.
    @discardableResult
    func closeIfIdle() -> Bool

    func abort()
}

extension ServerConnection {
    func announceShutdown() {}
}

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
