import Client
import Configuration
import Crypto
import Wire

/// The proxy for outgoing calls: none, a fixed one, or the one that the environment names for the URL.
package struct Egress: Sendable {
    private enum Mode {
        case direct
        case fixed(ClientRequest.Proxy)
        case environment(Configuration.ProxyEnvironment)
    }

    private let mode: Mode

    package init() { mode = .direct }

    /// - Parameter proxy: the account's setting.
    package init(_ proxy: Configuration.Account.ProxyChoice, _ environment: Configuration.ProxyEnvironment) {
        switch proxy {
        case .direct: mode = .direct
        case .proxy(let proxy): mode = .fixed(ClientRequest.Proxy(proxy))
        case .environment: mode = environment.isEmpty ? .direct : .environment(environment)
        }
    }

    package func proxy(for url: String) -> ClientRequest.Proxy? {
        switch mode {
        case .direct: return nil
        case .fixed(let proxy): return proxy
        case .environment(let environment):
            guard let url = URLText(url) else { return nil }
            return environment.proxy(isSecure: url.scheme == .https, host: url.host, port: url.port).map { ClientRequest.Proxy($0.proxy) }
        }
    }
}

extension ClientRequest.Proxy {
    package init(_ proxy: Configuration.Proxy) {
        self.init(host: proxy.host, port: Int(proxy.port), credentials: proxy.credentials?.reveal())
    }
}
