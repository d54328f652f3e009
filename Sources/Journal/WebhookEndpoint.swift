import Jobs
import Wire

/// An endpoint that a client has registered at run time. Its secrets are sealed: the journal's file does not show them.
package struct WebhookEndpoint: Sendable, Equatable {
    package var id: String
    /// The name of the key to whose jobs it listens.
    package var owner: String
    package var name: String
    package var url: String
    /// In the order of `JobEvent`.
    package var events: [JobEvent]
    package var sealedSecret: Bytes
    /// The end of the secret, by which its owner recognizes it.
    package var secretHint: String
    /// The secret before the last rotation; also signs until then.
    package var oldSecret: OldSecret?
    package var created: Timestamp
    package var updated: Timestamp
    /// Set while nothing is sent to it.
    package var disabled: Disabled?

    package struct OldSecret: Sendable, Equatable {
        package var sealed: Bytes
        package var until: Timestamp

        package init(sealed: Bytes, until: Timestamp) {
            self.sealed = sealed
            self.until = until
        }
    }

    package struct Disabled: Sendable, Equatable {
        package var since: Timestamp
        /// A sentence for its owner.
        package var reason: String

        package init(since: Timestamp, reason: String) {
            self.since = since
            self.reason = reason
        }
    }

    package init(
        id: String, owner: String, name: String, url: String, events: [JobEvent], sealedSecret: Bytes, secretHint: String,
        created: Timestamp
    ) {
        self.id = id
        self.owner = owner
        self.name = name
        self.url = url
        self.events = events
        self.sealedSecret = sealedSecret
        self.secretHint = secretHint
        self.created = created
        updated = created
    }
}

extension WebhookEndpoint {
    static let columns = """
        webhook_endpoints.id, owner, name, url, events, secret, hint, old_secret, old_until, created, updated, since, reason
        """
    static let tables = "webhook_endpoints LEFT JOIN disabled_endpoints ON disabled_endpoints.id = webhook_endpoints.id"

    init(_ row: Database.Row) {
        let events = row.text(4).split(separator: " ").compactMap { JobEvent(rawValue: String($0)) }
        self.init(
            id: row.text(0), owner: row.text(1), name: row.text(2), url: row.text(3), events: events,
            sealedSecret: row.optionalBlob(5) ?? [], secretHint: row.text(6), created: Timestamp(unixMilliseconds: row.int(9)))
        if let sealed = row.optionalBlob(7), let until = row.optionalInt(8) {
            oldSecret = OldSecret(sealed: sealed, until: Timestamp(unixMilliseconds: until))
        }
        updated = Timestamp(unixMilliseconds: row.int(10))
        disabled = row.optionalInt(11).map { Disabled(since: Timestamp(unixMilliseconds: $0), reason: row.text(12)) }
    }

    static func text(_ events: [JobEvent]) -> String { events.map(\.rawValue).joined(separator: " ") }
}
