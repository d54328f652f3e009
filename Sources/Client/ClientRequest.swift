import Net
import Wire

/// One complete request to a server.
package struct ClientRequest: Sendable {
    package var method: Method
    /// Absolute http or https URL.
    package var url: String
    package var headers: Headers
    package var body: Pieces
    /// Refuses to connect to an address that is not public. Set it for every URL that comes from a client or from a vendor's response.
    package var onlyPublic: Bool
    package var proxy: Proxy?
    /// Where the URL's host comes from: decides which lookup limit applies.
    package var purpose: Resolver.Purpose = .vendor
    /// Time from the last byte sent to the end of the response head; nil means `upstreamFirstByteTimeout`.
    package var firstByteTimeout: Duration?
    /// Whether the request may be sent again on a new connection if a pooled one turns out to be closed.
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
