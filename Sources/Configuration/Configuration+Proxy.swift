import Crypto
import Wire

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
