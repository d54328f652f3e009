import Jobs
import Net
import Server
import Wire

/// Access control without API keys: programs on this machine only. Web pages, forwarding proxies and rebound names are refused.
extension Authenticator {
    /// - Throws: `.forbidden` with a message that says what to configure.
    func checkLocal(_ headers: Headers, peerIsLoopback: Bool, authority: String?, isTLS: Bool) throws(Fault) {
        guard peerIsLoopback else {
            throw Fault(
                .forbidden, "This server has no API keys and accepts requests from its own machine only. Configure 'keys' to open it.",
                code: "loopback_only")
        }
        if let name = headers.forwardingField {
            throw Fault(
                .forbidden,
                "This server has no API keys and refuses requests that a proxy forwards (the header '\(name)'). Configure 'keys' to use it "
                    + "behind a proxy.",
                code: "proxied_without_keys")
        }
        if let authority, !isOwnHost(authority) {
            throw Fault(
                .forbidden,
                "The host '\(authority.prefix(80))' is not one of this router's names. Add it to 'hosts' in the configuration.",
                code: "unknown_host")
        }
        try checkOrigin(headers, own: authority.map { Authenticator.normalized((isTLS ? "https://" : "http://") + $0) })
    }

    /// Browsers send the page's origin in `Origin` if the page sends data or wants to read the response. `Sec-Fetch-Site` is in every
    /// request to a trustworthy address, also for an `<img>` (Fetch Metadata §2.1).
    private func checkOrigin(_ headers: Headers, own: String?) throws(Fault) {
        let given = headers.values(.origin)
        guard given.count < 2 else { throw Fault(.forbidden, "A request has one Origin field.", code: "foreign_origin") }
        guard let origin = given.first else {
            let site = headers["sec-fetch-site"]?.lowercased() ?? "none"
            guard site == "none" || site == "same-origin" else {
                throw Fault(
                    .forbidden,
                    "Web pages of other origins may not use this server. Add their origin to 'cors' in the configuration, and request with "
                        + "CORS: fetch(url), or <video crossorigin>.",
                    code: "foreign_origin")
            }
            return
        }
        let name = Authenticator.normalized(origin)
        guard name != "null", name == own || origins.contains(name) else { throw Authenticator.foreignOrigin(origin) }
    }

    package static func foreignOrigin(_ origin: String) -> Fault {
        guard origin.lowercased() != "null" else {
            return Fault(
                .forbidden, "Pages without an origin (files, sandboxed frames) may not use this server. Serve the page over HTTP.",
                code: "foreign_origin")
        }
        let name = origin.prefix(80)
        return Fault(
            .forbidden,
            "Web pages of '\(name)' may not use this server. To allow them, add the origin to the configuration: cors: [\"\(name)\"].",
            code: "foreign_origin")
    }

    /// Refuses DNS rebinding: such a page sends its own name in `Host`. IP addresses cannot be rebound.
    package func checkHost(of head: RequestHead) throws(Fault) {
        guard head.peer.isLoopback, let host = head.headers[.host] else { return }
        let name = Authenticator.hostName(of: host)
        guard !isOwnHost(host), Address(literal: name, port: 0) == nil else { return }
        throw Fault(
            .forbidden, "The host '\(host.prefix(80))' is not one of this router's names. Add it to 'hosts' in the configuration.",
            code: "unknown_host")
    }

    func isOwnHost(_ authority: String) -> Bool { hosts.contains(authority) || hosts.contains(Authenticator.hostName(of: authority)) }

    /// The origin in lower case, without the scheme's default port.
    private static func normalized(_ origin: String) -> String {
        let text = origin.lowercased()
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")] where text.hasPrefix(scheme) && text.hasSuffix(port) {
            return String(text.dropLast(port.count))
        }
        return text
    }

    /// The `Host` value in lower case, without its port.
    static func hostName(of host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return host[...end].lowercased() }
        return Substring(host.utf8.prefix { $0 != UInt8(ascii: ":") }).lowercased()
    }
}

extension Headers {
    /// The name of a header that proxies add and clients do not; nil if absent. Works on bytes, since it runs on every request.
    fileprivate var forwardingField: String? {
        var found: String?
        forEachField { name, _ in
            guard found == nil, let first = name.first, Headers.forwardingInitials.contains(first) else { return }
            let isForwarding = name.starts(with: Headers.forwardedPrefix) || Headers.forwarding.contains { $0.elementsEqual(name) }
            if isForwarding { found = String(decoding: name, as: UTF8.self) }
        }
        return found
    }

    private static let forwardedPrefix = Bytes("x-forwarded".utf8)

    private static let forwarding = [
        "forwarded", "forwarded-for", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "x-original-forwarded-for",
        "x-original-host", "x-originating-ip", "x-remote-ip", "x-proxyuser-ip", "x-envoy-external-address", "x-envoy-original-path",
        "true-client-ip", "cf-connecting-ip", "cf-ray", "fastly-client-ip", "fly-client-ip", "x-azure-clientip", "x-appengine-user-ip",
        "cdn-loop", "proxy-client-ip", "wl-proxy-client-ip", "tailscale-user-login",
    ].map { Bytes($0.utf8) }

    private static let forwardingInitials = Set(forwarding.compactMap(\.first))
}
