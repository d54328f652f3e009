/// An absolute http or https URL that a client, a vendor or a redirect names, taken apart strictly: two programs must not read two hosts in
/// it. The fragment is dropped, the host is in lower case, percent-encoding stays as it came.
package struct URLText: Hashable, Sendable {
    package enum Scheme: String, Sendable {
        case http, https

        package var port: Int { self == .http ? 80 : 443 }
    }

    /// Why a text is not a URL that may be called.
    package enum ParseError: Error, Hashable {
        case tooLong(limit: Int)
        /// A control character, a backslash, or a space at an end.
        case illegalCharacter(offset: Int)
        /// Not `http://…` or `https://…`.
        case otherScheme
        case userInfo
        case illegalHost
        /// A host in another script must come in its ASCII form (RFC 5891), so that what is checked is what is looked up.
        case hostNotASCII
        case illegalPort
    }

    package let scheme: Scheme
    package let host: URLHost
    package let port: Int
    /// Percent-encoded, begins with `/`, without `.` and `..`.
    package let path: String
    /// Without its question mark; nil if there is none, which is not the same as empty.
    package let query: String?

    package init(parsing text: String, limit: Int = Limits().maxURLBytes) throws(ParseError) {
        self = try URLParser(text, limit: limit).absolute()
    }

    /// Nil where `init(parsing:)` throws.
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

    /// Where a reference found at this URL leads: a redirect's `location` (RFC 3986 §5.2).
    package func resolve(_ reference: String, limit: Int = Limits().maxURLBytes) throws(ParseError) -> URLText {
        try URLParser(reference, limit: limit).resolved(against: self)
    }

    /// Nil where `resolve` throws.
    package func resolving(_ reference: String) -> URLText? { try? resolve(reference) }

    /// What the `host` field holds: the port only where it is not the scheme's own.
    package var authority: String { port == scheme.port ? host.text : "\(host.text):\(port)" }

    /// `https://example.com:8443`: credentials given for one origin go to no other (RFC 6454 §4).
    package var origin: String { "\(scheme.rawValue)://\(authority)" }

    /// What the request line holds (RFC 9112 §3.2.1).
    package var target: String { query.map { "\(path)?\($0)" } ?? path }

    /// The whole URL, its query included. A query may hold a signature: never log this, log `description`.
    package var text: String { origin + target }
}

extension URLText: CustomStringConvertible {
    /// The URL with its query left out.
    package var description: String { origin + path + (query == nil ? "" : "?…") }
}

extension URLText.ParseError {
    /// A sentence for whoever named the URL.
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
