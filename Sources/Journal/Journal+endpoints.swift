import Jobs
import Wire

/// The endpoints that clients register at run time.
extension Journal {
    /// - Returns: false if the owner has `limits.maxWebhookEndpointsPerKey` already.
    package func insertEndpoint(_ endpoint: WebhookEndpoint) async throws(StorageError) -> Bool {
        let most = Int64(limits.maxWebhookEndpointsPerKey)
        return try await perform { database throws(StorageError) in
            try database.run(
                """
                INSERT INTO webhook_endpoints (id, owner, name, url, events, secret, hint, created, updated)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8
                WHERE (SELECT count(*) FROM webhook_endpoints WHERE owner = ?2) < ?9
                """,
                .text(endpoint.id), .text(endpoint.owner), .text(endpoint.name), .text(endpoint.url),
                .text(WebhookEndpoint.text(endpoint.events)), .blob(endpoint.sealedSecret), .text(endpoint.secretHint),
                .int(endpoint.created.unixMilliseconds), .int(most)) > 0
        }
    }

    /// - Parameter owner: nil for an endpoint of any owner.
    package func endpoint(_ id: String, of owner: String? = nil) async throws(StorageError) -> WebhookEndpoint? {
        try await perform(reading: true) { database throws(StorageError) in try Journal.endpoint(id, of: owner, database) }
    }

    private static func endpoint(_ id: String, of owner: String?, _ database: Database) throws(StorageError) -> WebhookEndpoint? {
        try database.query(
            """
            SELECT \(WebhookEndpoint.columns) FROM \(WebhookEndpoint.tables)
            WHERE webhook_endpoints.id = ?1 AND owner = coalesce(?2, owner)
            """, .text(id), .init(owner)
        ) { WebhookEndpoint($0) }.first
    }

    /// A page of an owner's endpoints, the oldest first.
    /// - Parameters:
    ///   - owner: nil for all owners.
    ///   - after: the id of the last endpoint of the page before.
    /// - Returns: nil if the owner has no endpoint with that id.
    package func endpoints(of owner: String?, after: String? = nil, limit: Int) async throws(StorageError) -> (
        endpoints: [WebhookEndpoint], hasMore: Bool
    )? {
        let found: [WebhookEndpoint]? = try await perform(reading: true) { database throws(StorageError) in
            var start: Int64 = 0
            if let after {
                let number = try database.queryNumber(
                    "SELECT number FROM webhook_endpoints WHERE id = ?1 AND owner = coalesce(?2, owner)", .text(after), .init(owner))
                guard let number else { return nil }
                start = number
            }
            return try database.query(
                """
                SELECT \(WebhookEndpoint.columns) FROM \(WebhookEndpoint.tables) WHERE owner = coalesce(?1, owner) AND number > ?2
                ORDER BY number LIMIT ?3
                """, .init(owner), .int(start), .int(Int64(limit) + 1)
            ) { WebhookEndpoint($0) }
        }
        return found.map { (Array($0.prefix(limit)), $0.count > limit) }
    }

    /// Changes an endpoint, and enables it if it was disabled. What is nil stays.
    /// - Returns: the endpoint as it is now; nil if the owner has none with that id.
    package func updateEndpoint(
        _ id: String, of owner: String, name: String?, url: String?, events: [JobEvent]?, at now: Timestamp
    ) async throws(StorageError) -> WebhookEndpoint? {
        try await perform { database throws(StorageError) in
            let changed = try database.run(
                """
                UPDATE webhook_endpoints SET name = coalesce(?, name), url = coalesce(?, url), events = coalesce(?, events), updated = ?
                WHERE id = ? AND owner = ?
                """, .init(name), .init(url), .init(events.map(WebhookEndpoint.text)), .int(now.unixMilliseconds), .text(id),
                .text(owner))
            guard changed > 0 else { return nil }
            try database.run("DELETE FROM disabled_endpoints WHERE id = ?", .text(id))
            return try Journal.endpoint(id, of: owner, database)
        }
    }

    /// Replaces an endpoint's secret.
    /// - Parameter oldUntil: until when the present secret also signs; nil if it ends at once.
    /// - Returns: the endpoint as it is now; nil if the owner has none with that id.
    package func rotateSecret(
        of id: String, owner: String, sealedSecret: Bytes, hint: String, oldUntil: Timestamp?, at now: Timestamp
    ) async throws(StorageError) -> WebhookEndpoint? {
        try await perform { database throws(StorageError) in
            try database.run(
                """
                UPDATE webhook_endpoints SET old_secret = iif(?1 IS NULL, NULL, secret), old_until = ?1, secret = ?2, hint = ?3,
                    updated = ?4
                WHERE id = ?5 AND owner = ?6
                """, .init(oldUntil?.unixMilliseconds), .blob(sealedSecret), .text(hint), .int(now.unixMilliseconds), .text(id),
                .text(owner))
            return try Journal.endpoint(id, of: owner, database)
        }
    }

    /// Deletes an endpoint; what is pending for it is not sent.
    /// - Returns: false if the owner has none with that id.
    package func deleteEndpoint(_ id: String, of owner: String, at now: Timestamp) async throws(StorageError) -> Bool {
        try await perform { database throws(StorageError) in
            guard try database.run("DELETE FROM webhook_endpoints WHERE id = ? AND owner = ?", .text(id), .text(owner)) > 0 else {
                return false
            }
            try database.run("DELETE FROM disabled_endpoints WHERE id = ?", .text(id))
            try Journal.endDeliveries(to: id, because: "the endpoint was deleted", at: now, database)
            return true
        }
    }

    /// Stops sending to an endpoint, also to one of the configuration. What is pending for it is not sent.
    /// - Parameter reason: a sentence for its owner.
    package func disableEndpoint(_ id: String, because reason: String, at now: Timestamp) {
        submit { database throws(StorageError) in
            try database.run(
                "INSERT INTO disabled_endpoints VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING", .text(id), .int(now.unixMilliseconds),
                .text(reason))
            try Journal.endDeliveries(to: id, because: "the endpoint is disabled: \(reason)", at: now, database)
        }
    }

    /// Enables endpoints of the configuration again: their operator has just asked for them.
    package func enableEndpoints(_ ids: [String]) {
        submit { database throws(StorageError) in
            for id in ids { try database.run("DELETE FROM disabled_endpoints WHERE id = ?", .text(id)) }
        }
    }

    /// The disabled endpoints, also those of the configuration.
    package func disabledEndpoints() async throws(StorageError) -> [String: WebhookEndpoint.Disabled] {
        let rows = try await perform(reading: true) { database throws(StorageError) in
            try database.query("SELECT id, since, reason FROM disabled_endpoints") {
                ($0.text(0), WebhookEndpoint.Disabled(since: Timestamp(unixMilliseconds: $0.int(1)), reason: $0.text(2)))
            }
        }
        return Dictionary(rows) { first, _ in first }
    }
}
