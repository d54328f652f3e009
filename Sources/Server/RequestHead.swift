import HTTP
import Net
import Wire

/// A request before its body, independent of the HTTP version.
package struct RequestHead: Sendable {
    private var parsed: ParsedHead
    private let connectionPeer: ConnectionPeer

    init(_ parsed: ParsedHead, from connectionPeer: ConnectionPeer) {
        self.parsed = parsed
        self.connectionPeer = connectionPeer
    }

    /// The address at the other end of the connection: that of a reverse proxy, if there is one.
    package var peer: Address { connectionPeer.address }
    /// The text of that address without its port, for logs.
    package var peerHost: String { connectionPeer.host }
    package var isTLS: Bool { connectionPeer.isTLS }

    package var method: Method { parsed.method }
    /// Whether it is a GET or HEAD without a body.
    package var isFetch: Bool { bodyLength == 0 && (method == .get || method == .head) }
    /// Percent-encoded as it was sent, without the query; `*` for `OPTIONS *`.
    package var path: String {
        get { parsed.path }
        set { parsed = parsed.with(path: newValue) }
    }
    /// The decoded parameters of the query; parsed at each call.
    package var query: Query { parsed.query }
    /// The error if the query is not UTF-8; nil if it is.
    package var queryError: Query.EncodingError? {
        guard !parsed.queryText.isEmpty else { return nil }
        do throws(Query.EncodingError) {
            _ = try Query(validating: parsed.queryText)
            return nil
        } catch {
            return error
        }
    }
    package var headers: Headers { parsed.headers }
    /// Host and port, from the Host field or `:authority`.
    package var authority: String { parsed.authority }
    /// `HTTP/1.1`, for logs.
    package var version: String { parsed.version.rawValue }
    /// In bytes: 0 without a body, nil if the client does not announce it.
    package var bodyLength: Int64? { parsed.bodyLength }
}
