import Crypto
import Jobs
import Journal
import Wire

/// The endpoints that clients register at run time (`/v1/webhook_endpoints`): the journal's rows, with secrets made here and sealed there.
/// All faults are for clients.
///
///     let (endpoint, secret) = try await store.create(name: "studio", url: url, events: JobEvent.allCases, owner: owner.name)
///     try await store.rotateSecret(of: endpoint.id, owner: owner.name, keepingOldFor: .seconds(86_400))
package struct EndpointStore: Sendable {
    private let journal: Journal
    private let sealer: WebhookSealer
    private let random: RandomSource
    private let limits: Limits
    private let clock: @Sendable () -> Timestamp

    package init(
        _ journal: Journal, sealer: WebhookSealer, random: RandomSource, limits: Limits, clock: @escaping @Sendable () -> Timestamp
    ) {
        self.journal = journal
        self.sealer = sealer
        self.random = random
        self.limits = limits
        self.clock = clock
    }

    /// Registers an endpoint.
    /// - Parameter url: checked by `ReceiverPolicy` before.
    /// - Returns: the endpoint, and the text of its secret, which is not shown again.
    /// - Throws: `.conflict` if the owner has too many endpoints.
    package func create(name: String, url: String, events: [JobEvent], owner: String) async throws(Fault) -> (
        endpoint: WebhookEndpoint, secret: Secret
    ) {
        let secret = WebhookSecret.generate(random: random)
        let endpoint = WebhookEndpoint(
            id: "whe_" + Hex.text(random.bytes(12)), owner: owner, name: name, url: url, events: events,
            sealedSecret: sealer.seal(secret.text.withBytes { Bytes($0) }, for: .endpointSecret, owner: owner), secretHint: secret.hint,
            created: clock())
        let isInserted = try await EndpointStore.perform { () async throws(StorageError) in try await journal.insertEndpoint(endpoint) }
        guard isInserted else {
            throw Fault(
                .conflict, "This key has \(limits.maxWebhookEndpointsPerKey) webhook endpoints, which is the limit: delete one first.",
                code: "too_many_webhook_endpoints")
        }
        return (endpoint, secret.text)
    }

    /// - Throws: `.notFound` if the owner has no such endpoint; so do the other methods that take an id.
    package func endpoint(_ id: String, owner: String) async throws(Fault) -> WebhookEndpoint {
        let found = try await EndpointStore.perform { () async throws(StorageError) in try await journal.endpoint(id, of: owner) }
        return try EndpointStore.existing(found)
    }

    /// A page of the owner's endpoints, the oldest first.
    /// - Parameter after: the id of the last endpoint of the page before.
    package func endpoints(owner: String, after: String?, limit: Int) async throws(Fault) -> (endpoints: [WebhookEndpoint], hasMore: Bool) {
        let page = try await EndpointStore.perform { () async throws(StorageError) in
            try await journal.endpoints(of: owner, after: after, limit: limit)
        }
        return try EndpointStore.existing(page)
    }

    /// Changes what is not nil, and enables the endpoint again if it was disabled.
    /// - Parameter url: checked by `ReceiverPolicy` before.
    package func update(
        _ id: String, owner: String, name: String? = nil, url: String? = nil, events: [JobEvent]? = nil
    ) async throws(Fault) -> WebhookEndpoint {
        let now = clock()
        let changed = try await EndpointStore.perform { () async throws(StorageError) in
            try await journal.updateEndpoint(id, of: owner, name: name, url: url, events: events, at: now)
        }
        return try EndpointStore.existing(changed)
    }

    /// Gives the endpoint a new secret.
    /// - Parameter keepingOldFor: how long deliveries are signed with the old secret too; zero ends it at once.
    /// - Returns: the endpoint, and the text of the new secret, which is not shown again.
    package func rotateSecret(
        of id: String, owner: String, keepingOldFor: Duration
    ) async throws(Fault) -> (endpoint: WebhookEndpoint, secret: Secret) {
        let secret = WebhookSecret.generate(random: random)
        let sealed = sealer.seal(secret.text.withBytes { Bytes($0) }, for: .endpointSecret, owner: owner)
        let now = clock()
        let changed = try await EndpointStore.perform { () async throws(StorageError) in
            try await journal.rotateSecret(
                of: id, owner: owner, sealedSecret: sealed, hint: secret.hint,
                oldUntil: keepingOldFor > .zero ? now + keepingOldFor : nil, at: now)
        }
        return (try EndpointStore.existing(changed), secret.text)
    }

    /// Deletes the endpoint. What is pending for it is not sent.
    package func delete(_ id: String, owner: String) async throws(Fault) {
        let now = clock()
        let isDeleted = try await EndpointStore.perform { () async throws(StorageError) in
            try await journal.deleteEndpoint(id, of: owner, at: now)
        }
        _ = try EndpointStore.existing(isDeleted ? true : nil)
    }

    /// The secrets that sign for an endpoint at that time: the newest first; empty if the sealing keys that protect them are gone.
    package func secrets(of endpoint: WebhookEndpoint, at now: Timestamp) -> [WebhookSecret] {
        var sealed = [endpoint.sealedSecret]
        if let old = endpoint.oldSecret, old.until > now { sealed.append(old.sealed) }
        return sealed.compactMap { sealed in
            sealer.open(sealed, for: .endpointSecret, owner: endpoint.owner).flatMap { try? WebhookSecret(parsing: Secret($0)) }
        }
    }

    private static func existing<Value>(_ value: Value?) throws(Fault) -> Value {
        guard let value else { throw Fault(.notFound, "No such webhook endpoint.", param: "webhook_endpoint_id", code: "not_found") }
        return value
    }

    private static func perform<Value>(_ work: () async throws(StorageError) -> Value) async throws(Fault) -> Value {
        do throws(StorageError) { return try await work() } catch {
            throw Fault(
                error.kind == .full ? .storageFull : .storage,
                "This router's journal cannot be used at the moment; nothing was changed.",
                code: error.kind == .full ? "storage_full" : "storage_unavailable", detail: "journal: \(error)", retryAfter: .seconds(5))
        }
    }
}
