import Net
import Wire

/// One request to a server, complete.
package struct ClientRequest: Sendable {
    package var method: Method
    /// Absolute http or https URL.
    package var url: String
    package var headers: Headers
    package var body: Pieces
    /// Refuses addresses that are not public, on the address really connected to: for every URL that a client or a vendor's reply named.
    package var onlyPublic: Bool
    package var proxy: Proxy?
    /// Whose name the URL's host is.
    package var purpose: Resolver.Purpose = .vendor
    /// Time from the last byte sent to the first of the answer's head; nil takes the limit's.
    package var firstByteTimeout: Duration?
    /// A connection of the pool may die unseen; only a request that may be sent twice is sent again on a new one.
    package var isRepeatable: Bool

    package init(_ method: Method, _ url: String, headers: Headers = Headers(), body: Pieces = Pieces(), onlyPublic: Bool = false) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.onlyPublic = onlyPublic
        isRepeatable = method == .get || method == .head
    }

    /// An HTTP proxy: CONNECT for https, absolute-form for http.
    package struct Proxy: Sendable, Hashable {
        package var host: String
        package var port: Int
        /// `user:password` for `Proxy-Authorization: Basic`.
        package var credentials: String?
        package init(host: String, port: Int, credentials: String? = nil) {
            self.host = host
            self.port = port
            self.credentials = credentials
        }

        /// The value of `Proxy-Authorization` (RFC 7617); nil without credentials.
        var authorization: String? { credentials.map { "Basic " + Base64.standard.text(Bytes($0.utf8)) } }
    }
}
