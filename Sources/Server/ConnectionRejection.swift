import Net

/// What ended a connection, or one stream of it, in such a way that no answer could tell why.
package struct ConnectionRejection: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// TLS did not come about.
        case handshake
        /// HTTP/2 was broken, or spoken in a way that only costs us work.
        case http2
        /// Neither HTTP/1.1 nor HTTP/2 was spoken.
        case notHTTP = "not_http"
        /// No PROXY protocol header came where there must be one, or it came from someone who may not send any.
        case proxy
        /// There was no place for one more.
        case connectionLimit = "connection_limit"
    }

    package let kind: Kind
    package let reason: String
    /// Who is at the other end of the connection.
    package let peer: Address
}
