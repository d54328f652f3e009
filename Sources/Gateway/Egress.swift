import Client
import Configuration
import Crypto
import Wire

/// How calls leave: directly, through one proxy, or as the environment says.
package struct Egress: Sendable {
    private enum Route {
        case direct
        case fixed(Outgoing.Proxy)
        case environment(Configuration.ProxyEnvironment)
    }

    private let route: Route

    package init() { route = .direct }

    /// - Parameter proxy: what an account says of itself.
    package init(_ proxy: Configuration.Account.ProxyChoice, _ environment: Configuration.ProxyEnvironment) {
        switch proxy {
        case .direct: route = .direct
        case .proxy(let proxy): route = .fixed(Outgoing.Proxy(proxy))
        case .environment: route = environment.isEmpty ? .direct : .environment(environment)
        }
    }

    func proxy(for url: String) -> Outgoing.Proxy? {
        switch route {
        case .direct: return nil
        case .fixed(let proxy): return proxy
        case .environment(let environment):
            guard let url = URLText(url) else { return nil }
            return environment.proxy(isSecure: url.scheme == .https, host: url.host, port: url.port).map { Outgoing.Proxy($0.proxy) }
        }
    }
}

extension Outgoing.Proxy {
    init(_ proxy: Configuration.Proxy) {
        self.init(host: proxy.host, port: Int(proxy.port), credentials: proxy.credentials?.reveal())
    }
}
