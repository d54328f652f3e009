import Jobs
import Wire

/// One row of the outbox: an event on its way to one receiver.
package struct DeliveryRecord: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        case pending
        /// The receiver has acknowledged it.
        case delivered
        /// It is not tried any more.
        case dead
    }

    package let number: Int64
    /// `evt_…`: the same for all receivers of the event and for every attempt.
    package let eventID: String
    package let jobID: String
    /// The name of the job's owner.
    package let owner: String
    package let event: JobEvent
    /// The time of the event.
    package let created: Timestamp
    /// The id of an endpoint; for a job's own callback, `JobCallback.target`.
    package let target: String
    /// The content of the job's own callback; nil for an endpoint.
    package let callback: Bytes?
    package let state: State
    /// How often it was sent.
    package let attempts: Int
    /// When it is sent next.
    package let due: Timestamp
    /// The status of the last response.
    package let status: Int?
    /// Why the last attempt failed.
    package let error: String?
    /// The time of the last change.
    package let updated: Timestamp

    static let columns = "number, event, job, owner, type, created, target, callback, state, attempts, due, status, error, updated"

    init?(_ row: Database.Row) {
        guard let event = JobEvent(rawValue: row.text(4)), let state = State(rawValue: row.text(8)) else { return nil }
        number = row.int(0)
        eventID = row.text(1)
        jobID = row.text(2)
        owner = row.text(3)
        self.event = event
        created = Timestamp(unixMilliseconds: row.int(5))
        target = row.text(6)
        callback = row.optionalBlob(7)
        self.state = state
        attempts = Int(row.int(9))
        due = Timestamp(unixMilliseconds: row.int(10))
        status = row.optionalInt(11).map { Int($0) }
        error = row.optionalText(12)
        updated = Timestamp(unixMilliseconds: row.int(13))
    }
}

/// What the outbox holds, for metrics.
package struct DeliveryStats: Sendable, Equatable {
    package var pending = 0
    /// When the oldest pending event happened.
    package var oldest: Timestamp?
    package var disabledEndpoints = 0

    package init() {}
}
