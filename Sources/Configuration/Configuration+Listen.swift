import Wire

extension Configuration {
    /// An address to listen on.
    package enum Listen: Sendable, Hashable, CustomStringConvertible {
        /// Host is a name or an address, IPv6 without brackets; port 0 means any free port.
        case tcp(host: String, port: UInt16)
        case unix(path: String)

        static let expected = "an address like 127.0.0.1:8080, [::1]:8080 or unix:/run/genlock.sock"

        /// Reads `host:port`, `[v6]:port` and `unix:/path`.
        package init?(_ text: String) {
            if text.hasPrefix("unix:") {
                let path = String(text.dropFirst("unix:".count))
                // sun_path has 108 bytes, the last of them zero (unix(7)).
                guard path.contains("/"), path.utf8.count <= 107 else { return nil }
                self = .unix(path: path)
            } else {
                guard let authority = Authority(text), let port = authority.port else { return nil }
                self = .tcp(host: authority.host, port: port)
            }
        }

        /// The same with the resolved path of a socket file; nil if that is too long.
        func resolved(by locate: (String) -> String) -> Listen? {
            guard case .unix(let path) = self else { return self }
            return Listen("unix:" + locate(path))
        }

        /// Whether only this machine can reach it.
        package var isLoopback: Bool {
            switch self {
            case .unix, .tcp("localhost", _): true
            case .tcp(let host, _): URLText("http://" + (host.contains(":") ? "[\(host)]" : host)).map(Listen.isLoopback) ?? false
            }
        }

        private static func isLoopback(_ url: URLText) -> Bool { IPRange.loopback.contains { $0.contains(url.host) } }

        /// A socket file. Its clients are on this machine, so TLS would protect nothing.
        package var isUnix: Bool {
            if case .unix = self { true } else { false }
        }

        package var description: String {
            switch self {
            case .unix(let path): "unix:" + path
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            }
        }
    }
}
