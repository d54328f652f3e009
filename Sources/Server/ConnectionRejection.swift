import Net

/// Why a connection, or one of its streams, ended without a response that could say so.
package struct ConnectionRejection: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// The TLS handshake failed.
        case handshake
        /// A violation or an abuse of HTTP/2.
        case http2
        /// The client spoke neither HTTP/1.1 nor HTTP/2.
        case notHTTP = "not_http"
        /// The PROXY protocol header was missing, or came from an untrusted peer.
        case proxy
        /// The connection limit is reached.
        case connectionLimit = "connection_limit"
    }

    package let kind: Kind
    package let reason: String
    /// The address at the other end of the connection.
    package let peer: Address
}
