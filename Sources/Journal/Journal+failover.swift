import Jobs
import Wire

/// Failover: a job that failed at its vendor is started at another one, under the id that its owner has.
extension Journal {
    package enum FailoverDecision: Sendable {
        /// The row is an intent again: the paid call may leave.
        case recorded
        /// Another call has failed it over already, or it has ended.
        case superseded
        /// The cost and the amount spent exceed the spending limit.
        case exceeded(spent: Money)
    }

    /// Records that the paid call of another attempt is about to be sent, and releases what the failed attempt had reserved.
    /// - Parameters:
    ///   - record: the job with its new account, vendor, model, cost, failed attempts and failover notice.
    ///   - failed: the sealed id of the attempt that failed.
    package func recordFailover(_ record: JobRecord, after failed: String, within spendingLimit: SpendingLimit?) async throws(StorageError)
        -> FailoverDecision
    {
        let result: FailoverDecision = try await perform(intent: record.id) { database throws(StorageError) in
            let released = try database.run(
                "UPDATE jobs SET settled = 0 WHERE id = ? AND state = 'accepted' AND coalesce(current, id) = ?", .text(record.id),
                .text(failed))
            guard released == 1 else { return .superseded }
            if let spent = try spendingLimit?.amountSpentIfExceeded(by: record.reserved, for: record.owner, database) {
                return .exceeded(spent: spent)
            }
            try database.run(
                """
                UPDATE jobs SET state = 'intended', run = ?, account = ?, vendor = ?, model = ?, reserved = ?, settled = NULL, tried = ?,
                    moved = ?, clue = ?, ticket = NULL
                WHERE id = ?
                """, .int(database.run), .text(record.account), .text(record.vendor), .text(record.model), .init(record.reserved?.micros),
                .text(record.failedAttempts.joined(separator: "\n")), .init(record.failoverNotice), .init(record.correlationKey),
                .text(record.id))
            return .recorded
        }
        if case .recorded = result { return result }
        pendingIntents.remove(record.id)
        return result
    }

    /// Records that the next vendor accepted the job.
    /// - Parameter current: the sealed id of the attempt.
    package func recordFailoverAccepted(_ id: String, current: String, ticket: Ticket = Ticket()) async throws(StorageError) {
        try await resolveIntent(id) { database throws(StorageError) in
            try database.run(
                "UPDATE jobs SET state = 'accepted', current = ?, ticket = ? WHERE id = ? AND state = 'intended'", .text(current),
                .init(ticket.singleLine), .text(id))
        }
    }

    /// Records that the next vendor provably did not accept the job: the failed attempt remains the current one.
    package func markFailoverNotSent(_ id: String) async throws(StorageError) {
        try await resolveIntent(id) { database throws(StorageError) in
            try database.run("UPDATE jobs SET state = 'accepted', settled = 0 WHERE id = ? AND state = 'intended'", .text(id))
        }
    }

    private func resolveIntent(_ id: String, _ work: @escaping @Sendable (Database) throws(StorageError) -> Int) async throws(StorageError)
    {
        try await performWrite(deferred: true) { [pendingIntents] database throws(StorageError) in
            pendingIntents.remove(id)
            _ = try work(database)
        }
    }

    /// The request of a job that may fail over; nil if none was stored.
    package func storedRequest(of id: String) async throws(StorageError) -> StoredRequest? {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query(
                "SELECT path, query, type, body FROM wishes JOIN jobs USING (number) WHERE id = ?", .text(id)
            ) { StoredRequest(path: $0.text(0), query: $0.text(1), type: $0.optionalText(2), body: $0.optionalBlob(3) ?? []) }.first
        }
    }
}

/// A request as its client sent it, stored as long as the job may fail over.
package struct StoredRequest: Sendable, Equatable {
    package var path: String
    /// Encoded, without the question mark.
    package var query: String
    /// The Content-Type field with its parameters.
    package var type: String?
    package var body: Bytes

    package init(path: String, query: String, type: String?, body: Bytes) {
        self.path = path
        self.query = query
        self.type = type
        self.body = body
    }
}
