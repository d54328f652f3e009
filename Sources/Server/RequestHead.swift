import HTTP
import Net
import Wire

/// Everything that is known of a request before its body, whatever protocol it came by.
package struct RequestHead: Sendable {
    private var parsed: ParsedHead
    /// Who is at the other end of the connection; a proxy in front is what is seen then.
    package let peer: Address
    package let isTLS: Bool

    init(_ parsed: ParsedHead, peer: Address, isTLS: Bool) {
        self.parsed = parsed
        self.peer = peer
        self.isTLS = isTLS
    }

    package var method: Method { parsed.method }
    /// Percent-encoded as it was sent, without the query; `*` for `OPTIONS *`.
    package var path: String {
        get { parsed.path }
        set { parsed.path = newValue }
    }
    /// The parameters of the query, decoded; read anew at each call.
    package var query: Query { parsed.query }
    /// What is not UTF-8 in the query; nil if all of it is.
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
    /// Host and port as the client addressed us.
    package var authority: String { parsed.authority }
    /// `HTTP/1.1`, for logs.
    package var version: String { parsed.version.rawValue }
    /// 0 without a body, nil if the client does not say in advance.
    package var bodyLength: Int64? { parsed.bodyLength }
}
