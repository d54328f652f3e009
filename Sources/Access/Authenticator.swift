import Configuration
import Crypto
import Jobs
import Net
import Routing
import Seal
import Server
import Wire

/// The caller of a request: the owner of its jobs, and what its key permits.
package struct Caller: Sendable {
    package var owner: Owner
    /// The models it may use, with `*` as a wildcard; nil means all, an empty list none.
    package var models: [String]?
    /// The rate limit for creates; requests about existing jobs do not count.
    package var rate: Rate?
    package var budget: Budget?
    package var unpriced = Configuration.Key.Unpriced.refuse
    /// Whether it may read data about the whole server.
    package var isAdmin = false

    package init(_ owner: Owner, models: [String]? = nil) {
        self.owner = owner
        self.models = models
    }

    package func mayUse(_ model: String) -> Bool { models.map { Pattern.any($0, match: model) } ?? true }

    /// The caller of every request if no keys are configured.
    package static let local: Caller = {
        var caller = Caller(Owner(name: "local"))
        caller.isAdmin = true
        return caller
    }()
}

/// Authenticates requests by API key. Holds only SHA-256 digests of the keys and compares them in constant time.
package struct Authenticator: Sendable {
    package struct APIKey: Sendable {
        package var caller: Caller
        package var digest: Digest
        package init(caller: Caller, digest: Digest) {
            self.caller = caller
            self.digest = digest
        }
    }

    private let keys: [APIKey]
    /// Host names, without port, that a keyless router accepts.
    package let hosts: Set<String>
    /// Origins whose pages may call a keyless router.
    package let origins: Set<String>

    package init(keys: [APIKey], hosts: [String] = [], origins: [String] = []) {
        self.keys = keys
        self.hosts = Set(["localhost", "127.0.0.1", "[::1]"] + hosts.map { $0.lowercased() })
        self.origins = Set(origins.map { $0.lowercased() })
    }

    package var isKeyless: Bool { keys.isEmpty }

    /// The owners that have a key. Links and uploads of other owners are no longer valid.
    package var owners: [Owner] { isKeyless ? [Caller.local.owner] : keys.map(\.caller.owner) }

    package func knows(_ owner: Owner) -> Bool { owners.contains { $0.digestText == owner.digestText } }

    /// The caller with that owner name; nil once its key was removed.
    package func caller(named name: String) -> Caller? {
        isKeyless && name == Caller.local.owner.name ? .local : keys.first { $0.caller.owner.name == name }?.caller
    }

    /// - Throws: `.unauthenticated` without a known key; `.forbidden` if a keyless router is called from another machine or by a web page.
    package func caller(of head: RequestHead) throws(Fault) -> Caller {
        try caller(of: head.headers, peerIsLoopback: head.peer.isLoopback, authority: head.authority, isTLS: head.isTLS)
    }

    /// - Parameter authority: the authority that the client requested; defaults to the `Host` field.
    package func caller(
        of headers: Headers, peerIsLoopback: Bool, authority: String? = nil, isTLS: Bool = false
    ) throws(Fault) -> Caller {
        guard !isKeyless else {
            try checkLocal(headers, peerIsLoopback: peerIsLoopback, authority: authority ?? headers[.host], isTLS: isTLS)
            return .local
        }
        guard let key = Authenticator.key(in: headers) else {
            throw Fault(.unauthenticated, "No API key was given. Send it as 'Authorization: Bearer KEY'.", code: "missing_api_key")
        }
        let digest = SHA256.digest(of: key)
        var found: Caller?
        for candidate in keys where ConstantTime.equal(candidate.digest.bytes, digest.bytes) { found = candidate.caller }
        guard let found else { throw Fault(.unauthenticated, "The API key is not known here.", code: "invalid_api_key") }
        return found
    }

    /// Accepts `Authorization: Bearer KEY`, the bare key, Azure's `api-key`, and `x-api-key`, which some clients send.
    package static func key(in headers: Headers) -> String? {
        if let field = headers[.authorization] {
            let parts = field.split(separator: " ", maxSplits: 1)
            let schemes = ["bearer", "key", "token", "api-key"]
            if parts.count == 2, schemes.contains(parts[0].lowercased()) { return String(parts[1].drop { $0 == " " }) }
            if parts.count == 1, !schemes.contains(parts[0].lowercased()) { return String(parts[0]) }
        }
        return headers["api-key"] ?? headers["x-api-key"]
    }
}
