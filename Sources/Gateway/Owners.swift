import Configuration
import Crypto
import Jobs
import Seal
import Wire

/// Who is calling: the owner to whom its jobs are sealed, and what its key may do.
package struct Caller: Sendable {
    package var owner: Owner
    /// Model names it may use, with `*` as a wildcard; empty means all.
    package var models: [String]
    /// Creates; questions about jobs are not counted.
    package var rate: Rate?
    package var budget: Budget?
    package var unpriced = Configuration.Key.Unpriced.refuse

    package init(_ owner: Owner, models: [String] = []) {
        self.owner = owner
        self.models = models
    }

    /// The caller of everything when no keys are configured.
    package static let local = Caller(Owner(name: "local"))
}

/// The keys of the configuration. Only their SHA-256 is known here; they are compared in constant time.
package struct Owners: Sendable {
    package struct Key: Sendable {
        package var caller: Caller
        package var digest: Digest
        package init(caller: Caller, digest: Digest) {
            self.caller = caller
            self.digest = digest
        }
    }

    private let keys: [Key]
    /// Host names by which a keyless router may be called, without port.
    private let hosts: Set<String>
    private let origins: Set<String>

    package init(keys: [Key], hosts: [String] = [], origins: [String] = []) {
        self.keys = keys
        self.hosts = Set(["localhost", "127.0.0.1", "[::1]"] + hosts.map { $0.lowercased() })
        self.origins = Set(origins.map { $0.lowercased() })
    }

    package var isOpen: Bool { keys.isEmpty }

    /// Whose jobs are those of that owner; nil once its key is gone.
    func caller(named name: String) -> Caller? {
        isOpen && name == Caller.local.owner.name ? .local : keys.first { $0.caller.owner.name == name }?.caller
    }

    /// - Throws: `.unauthenticated` without a key that is known; `.forbidden` where a keyless router is called from elsewhere or by a
    ///   web page.
    package func caller(of headers: Headers, peerIsLoopback: Bool) throws(Fault) -> Caller {
        guard !isOpen else {
            try checkLocal(headers, peerIsLoopback: peerIsLoopback)
            return .local
        }
        guard let key = Owners.key(in: headers) else {
            throw Fault(.unauthenticated, "No API key was given. Send it as 'Authorization: Bearer KEY'.", code: "missing_api_key")
        }
        let digest = SHA256.digest(of: key)
        var found: Caller?
        for candidate in keys where ConstantTime.equal(candidate.digest.bytes, digest.bytes) { found = candidate.caller }
        guard let found else { throw Fault(.unauthenticated, "The API key is not known here.", code: "invalid_api_key") }
        return found
    }

    /// `Authorization: Bearer KEY`, the bare key, or Azure's `api-key`; `x-api-key` is a habit of some clients.
    static func key(in headers: Headers) -> String? {
        if let field = headers[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1)
            let schemes = ["bearer", "key", "token", "api-key"]
            if parts.count == 2, schemes.contains(parts[0].lowercased()) { return String(parts[1].drop { $0 == " " }) }
            if parts.count == 1, !schemes.contains(parts[0].lowercased()) { return String(parts[0]) }
        }
        return headers["api-key"] ?? headers["x-api-key"]
    }

    /// Without keys anybody on this machine may come in, but no web page in its browser: pages send `Origin`, and a rebound name
    /// shows in `Host`.
    private func checkLocal(_ headers: Headers, peerIsLoopback: Bool) throws(Fault) {
        guard peerIsLoopback else {
            throw Fault(
                .forbidden, "This router has no API keys and answers to its own machine only. Configure keys to open it.",
                code: "loopback_only")
        }
        if let host = headers[.host], !hosts.contains(host), !hosts.contains(Owners.name(of: host)) {
            throw Fault(
                .forbidden, "The host '\(host.prefix(80))' is not one of this router's names. Add it to 'hosts' in the configuration.",
                code: "unknown_host")
        }
        guard let origin = headers[.origin]?.lowercased(), origin != "null" || headers.has("sec-fetch-site") else { return }
        guard origins.contains(origin) || headers[.host].map({ origin.hasSuffix("//" + $0.lowercased()) }) == true else {
            throw Fault(
                .forbidden, "Web pages of '\(origin.prefix(80))' may not use this router. Add the origin to 'hosts' in the configuration.",
                code: "foreign_origin")
        }
    }

    /// A `Host` field without its port, in lower case.
    private static func name(of host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return host[...end].lowercased() }
        return Substring(host.utf8.prefix { $0 != UInt8(ascii: ":") }).lowercased()
    }
}
