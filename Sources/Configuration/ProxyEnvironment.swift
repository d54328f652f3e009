import Crypto
import Wire

extension Configuration {
    /// The proxies in the environment for calls to vendors and for media URLs of clients, interpreted as curl does.
    package struct ProxyEnvironment: Sendable {
        /// A proxy, with the variable that names it.
        package struct Named: Sendable {
            package var variable: String
            package var proxy: Proxy
        }

        /// For http and for https URLs.
        package private(set) var http: Named?
        package private(set) var https: Named?
        private var exceptions: [Exception] = []

        package init() {}

        package var isEmpty: Bool { http == nil && https == nil }

        /// The proxy for a URL; nil for a direct call. Loopback is never called through a proxy.
        package func proxy(isSecure: Bool, host: URLHost, port: Int) -> Named? {
            guard let named = isSecure ? https : http, !ProxyEnvironment.isLoopback(host) else { return nil }
            return exceptions.contains { $0.matches(host, port) } ? nil : named
        }

        private static func isLoopback(_ host: URLHost) -> Bool {
            if case .name(let name) = host { return name == "localhost" || name.hasSuffix(".localhost") }
            return IPRange.loopback.contains { $0.contains(host) }
        }
    }
}

extension Configuration.ProxyEnvironment {
    /// One entry of NO_PROXY.
    private enum Exception: Sendable {
        case all
        case range(IPRange)
        /// A name with its subdomains, or an address; optionally for one port only.
        case host(String, port: Int?)

        init?(_ text: Substring) {
            if text == "*" {
                self = .all
            } else if let range = IPRange(text) {
                self = .range(range)
            } else {
                let name = text.hasPrefix("*.") ? text.dropFirst(2) : text.hasPrefix(".") ? text.dropFirst() : text
                guard let authority = Authority(name) else { return nil }
                self = .host(authority.host, port: authority.port.map(Int.init))
            }
        }

        func matches(_ host: URLHost, _ port: Int) -> Bool {
            switch self {
            case .all: return true
            case .range(let range): return range.contains(host)
            case .host(let name, let only):
                guard only == nil || only == port else { return false }
                if let range = IPRange(name) { return range.contains(host) }
                return host.text == name || host.text.hasSuffix("." + name)
            }
        }
    }

    /// - Parameter warn: called with what cannot be used.
    init(_ environment: Environment, warn: (Configuration.ConfigurationError) -> Void) {
        http = ProxyEnvironment.named(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"], environment, warn: warn)
        https = ProxyEnvironment.named(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"], environment, warn: warn)
        for variable in ["no_proxy", "NO_PROXY"] {
            guard let text = environment[variable], !text.isEmpty else { continue }
            for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
                if let exception = Exception(part) {
                    exceptions.append(exception)
                } else {
                    warn(
                        Configuration.ConfigurationError(
                            .named(variable), "\"\(part)\" is ignored: expected a host, .suffix, address, range or *"))
                }
            }
            break
        }
    }

    private typealias ProxyEnvironment = Configuration.ProxyEnvironment

    /// The first variable that is set, whether it is valid or not.
    private static func named(
        _ variables: [String], _ environment: Environment, warn: (Configuration.ConfigurationError) -> Void
    ) -> Named? {
        guard let variable = variables.first(where: { environment[$0]?.isEmpty == false }), let text = environment[variable] else {
            return nil
        }
        let url = text.contains("://") ? text : "http://" + text
        if let proxy = Configuration.Proxy(url, defaultPort: 80) { return Named(variable: variable, proxy: proxy) }
        warn(
            Configuration.ConfigurationError(
                .named(variable),
                "is not used, calls are direct: expected \(Configuration.Proxy.expected); https and socks proxies are not supported"))
        return nil
    }
}

extension Configuration {
    /// An HTTP proxy for calls, used with CONNECT (RFC 9110 §9.3.6).
    package struct Proxy: Sendable, CustomStringConvertible {
        package var host: String
        package var port: UInt16
        /// `user:password`, for `Proxy-Authorization: Basic`.
        package var credentials: Secret?

        static let expected = "a proxy like http://proxy.local:3128"

        /// - Parameter defaultPort: used if the text has no port; nil if it must have one.
        package init?(_ text: String, defaultPort: UInt16? = nil) {
            guard text.hasPrefix("http://") else { return nil }
            var rest = text.dropFirst("http://".count)
            if rest.hasSuffix("/") { rest = rest.dropLast() }
            if let at = rest.lastIndex(of: "@") {
                credentials = Secret(Percent.decoded(rest[..<at]))
                rest = rest[rest.index(after: at)...]
            }
            guard let authority = Authority(rest), let port = authority.port ?? defaultPort else { return nil }
            (host, self.port) = (authority.host, port)
        }

        /// Without the credentials.
        package var description: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    }
}
