import Jobs
import Synchronization
import Wire

/// The outbox of webhooks: each event of a job is written in the transaction that changes the job, so that a crash neither loses an event
/// nor makes one twice. Rows of `deliveries` with the same event id go to several receivers.
final class Outbox: Sendable {
    /// A job whose state has just changed, in the current transaction.
    struct ChangedJob {
        let number: Int64
        let id: String
        let owner: String

        /// Reads the columns `number, id, owner`.
        init(_ row: Database.Row) { (number, id, owner) = (row.int(0), row.text(1), row.text(2)) }

        static let columns = "number, id, owner"
    }

    private struct State {
        /// The endpoints of the configuration, by owner.
        var configured: [String: [ConfiguredEndpoint]] = [:]
        /// Receivers with new rows since they were last taken.
        var changedTargets: Set<String> = []
        var wake: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let limits: Limits
    /// See `Journal.init`.
    let knowsEndpoints: Bool

    init(limits: Limits, knowsEndpoints: Bool = true) {
        self.limits = limits
        self.knowsEndpoints = knowsEndpoints
    }

    func setConfigured(_ endpoints: [ConfiguredEndpoint]) {
        state.withLock { $0.configured = Dictionary(grouping: endpoints, by: \.owner) }
    }

    func setWake(_ wake: (@Sendable () -> Void)?) { state.withLock { $0.wake = wake } }

    func takeChangedTargets() -> Set<String> {
        state.withLock { state in
            defer { state.changedTargets = [] }
            return state.changedTargets
        }
    }

    /// Writes an event for every receiver that wants it: endpoints of the configuration, endpoints that the owner has registered, and the
    /// job's own callback.
    /// - Parameter endsJob: whether the job can have no further event.
    func record(_ event: JobEvent, of job: ChangedJob, endsJob: Bool, at now: Timestamp, _ database: Database) throws(StorageError) {
        let callbacks = try database.query("SELECT target, content FROM callbacks WHERE number = ?", .int(job.number)) {
            (target: $0.text(0), content: $0.optionalBlob(1) ?? [])
        }
        var targets: [(target: String, callback: Bytes?)] = callbacks.map { ($0.target, $0.content) }
        targets += try endpoints(of: job.owner, for: event, database).map { ($0, nil) }
        guard !targets.isEmpty else { return }
        if endsJob, !callbacks.isEmpty { try database.run("DELETE FROM callbacks WHERE number = ?", .int(job.number)) }
        let id = Outbox.newEventID()
        for (target, callback) in targets {
            // A further event is not lost: an operator can send it again.
            let refusal = try refusal(of: job.owner, database)
            try database.run(
                """
                INSERT INTO deliveries (run, event, job, owner, type, created, target, callback, state, due, error, updated)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .int(database.run), .text(id), .text(job.id), .text(job.owner), .text(event.rawValue), .int(now.unixMilliseconds),
                .text(target), .init(callback), .text((refusal == nil ? DeliveryRecord.State.pending : .dead).rawValue),
                .int(now.unixMilliseconds), .init(refusal), .int(now.unixMilliseconds))
        }
        notify(targets.map(\.target))
    }

    /// Makes the dispatcher look for rows of these receivers. The transaction may still fail: then it finds none.
    func notify(_ targets: [String]) {
        let wake = state.withLock { state in
            state.changedTargets.formUnion(targets)
            return state.wake
        }
        wake?()
    }

    private func endpoints(of owner: String, for event: JobEvent, _ database: Database) throws(StorageError) -> [String] {
        let configured = state.withLock { $0.configured[owner] ?? [] }.filter { $0.events.contains(event) }.map(\.id)
        let registered = try database.query("SELECT id, events FROM webhook_endpoints WHERE owner = ?", .text(owner)) { row in
            row.text(1).split(separator: " ").contains { $0 == event.rawValue } ? row.text(0) : nil
        }
        var enabled: [String] = []
        for id in configured + registered
        where try database.queryNumber("SELECT since FROM disabled_endpoints WHERE id = ?", .text(id)) == nil { enabled.append(id) }
        return enabled
    }

    /// Why an event cannot wait for delivery; nil if it can.
    private func refusal(of owner: String, _ database: Database) throws(StorageError) -> String? {
        let own = try database.queryNumber("SELECT count FROM pending_deliveries WHERE owner = ?", .text(owner)) ?? 0
        guard own < limits.maxPendingDeliveriesPerKey else { return "too many pending events of this key" }
        let all = try database.queryNumber("SELECT coalesce(sum(count), 0) FROM pending_deliveries") ?? 0
        return all < limits.maxPendingDeliveries ? nil : "too many pending events"
    }

    /// An id that no client can choose: receivers see it inside the signed text.
    private static func newEventID() -> String {
        let (high, low) = (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
        return "evt_" + Hex.text([high, low].flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } })
    }
}

/// An endpoint of the configuration, as far as the outbox needs it.
package struct ConfiguredEndpoint: Sendable, Equatable {
    /// Stays the same as long as the owner and the URL do.
    package let id: String
    package let owner: String
    package let events: Set<JobEvent>

    package init(id: String, owner: String, events: Set<JobEvent>) {
        self.id = id
        self.owner = owner
        self.events = events
    }
}

/// The callback that a client has named in its request for one job. The journal does not look into it.
package struct JobCallback: Sendable, Equatable {
    /// Groups what one receiver gets, so that a slow one delays no other: the URL's scheme, host and port, like `https://example.com:443`.
    package var target: String
    /// URL, style, secret and filter, sealed by the caller: it may hold secrets.
    package var content: Bytes

    package init(target: String, content: Bytes) {
        self.target = target
        self.content = content
    }
}
