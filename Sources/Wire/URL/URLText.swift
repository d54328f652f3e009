/// An absolute http or https URL of a client, a vendor or a redirect. Parsed strictly, so that no other program can read another host in
/// it. The fragment is dropped, the host is in lower case, percent-encoding is kept.
package struct URLText: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case http, https

        package var port: Int { self == .http ? 80 : 443 }
    }

    /// Why a text is not an acceptable URL.
    package enum ParseError: Error, Hashable {
        case tooLong(limit: Int)
        /// A control character, a backslash, or a space at an end.
        case illegalCharacter(offset: Int)
        /// Not `http://…` or `https://…`.
        case otherScheme
        case userInfo
        case illegalHost
        /// An internationalized host must be in its ASCII form (RFC 5891), so that the checked name is the resolved one.
        case hostNotASCII
        case illegalPort
    }

    package let scheme: Scheme
    package let host: URLHost
    package let port: Int
    /// Percent-encoded, begins with `/`, without `.` and `..`.
    package let path: String
    /// Without its question mark; nil without one, which differs from an empty query.
    package let query: String?

    package init(parsing text: String, limit: Int = Limits().maxURLBytes) throws(ParseError) {
        self = try URLParser(text, limit: limit).absolute()
    }

    /// Nil if `init(parsing:)` throws.
    package init?(_ text: String) {
        guard let url = try? URLText(parsing: text) else { return nil }
        self = url
    }

    init(scheme: Scheme, host: URLHost, port: Int, path: String, query: String?) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    /// Resolves a reference relative to this URL, such as the `location` of a redirect (RFC 3986 §5.2).
    package func resolve(_ reference: String, limit: Int = Limits().maxURLBytes) throws(ParseError) -> URLText {
        try URLParser(reference, limit: limit).resolved(against: self)
    }

    /// Nil if `resolve` throws.
    package func resolving(_ reference: String) -> URLText? { try? resolve(reference) }

    /// The value of the `host` field: the port only if it is not the default.
    package var authority: String { port == scheme.port ? host.text : "\(host.text):\(port)" }

    /// `https://example.com:8443`: credentials for one origin are never sent to another (RFC 6454 §4).
    package var origin: String { "\(scheme.rawValue)://\(authority)" }

    /// The request target (RFC 9112 §3.2.1).
    package var target: String { query.map { "\(path)?\($0)" } ?? path }

    /// The whole URL with its query, which may contain a signature: log `description` instead.
    package var text: String { origin + target }
}

extension URLText: CustomStringConvertible {
    /// The URL without its query.
    package var description: String { origin + path + (query == nil ? "" : "?…") }
}

extension URLText.ParseError {
    /// One sentence for the client.
    package var reason: String {
        switch self {
        case .tooLong(let limit): "The URL is longer than \(limit) bytes."
        case .illegalCharacter(let offset): "The URL has a character at position \(offset) that must be percent-encoded."
        case .otherScheme: "The URL must be absolute and begin with http:// or https://."
        case .userInfo: "The URL must not hold a user name or password."
        case .illegalHost: "The host of the URL is not a host name and not an IP address."
        case .hostNotASCII: "The host of the URL must be written in its ASCII form (xn--…)."
        case .illegalPort: "The port of the URL must be a number from 1 to 65535."
        }
    }
}
