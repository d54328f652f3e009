import Jobs
import Wire

/// What delivers events from the outbox, and what lists them.
///
/// A pending row belongs to the run of the program that wrote it, so that two programs with one journal never send the same row. Rows of a
/// run that has ended are taken over.
extension Journal {
    /// Sets the endpoints of the configuration; events are recorded for them from then on. Call it at the start and at each reload.
    package func setConfiguredEndpoints(_ endpoints: [ConfiguredEndpoint]) { outbox.setConfigured(endpoints) }

    /// Sets what is called, on the journal's thread, when new events may be on their way to the disk. A read that is started then finds
    /// them.
    package func onNewDeliveries(_ wake: (@Sendable () -> Void)?) { outbox.setWake(wake) }

    /// The receivers for which this program has recorded events since the last call.
    package func takeChangedTargets() -> Set<String> { outbox.takeChangedTargets() }

    /// Takes over the pending rows of programs that have ended.
    /// - Returns: the number of rows.
    package func adoptDeliveries() async throws(StorageError) -> Int {
        let runs = try await perform(reading: true) { database throws(StorageError) in try Journal.endedRuns(database) }
        guard !runs.isEmpty else { return 0 }
        return try await perform { database throws(StorageError) in
            var count = 0
            for run in try Journal.endedRuns(database) {
                count += try database.run(
                    "UPDATE deliveries SET run = ? WHERE state = 'pending' AND run = ?", .int(database.run), .int(run))
            }
            return count
        }
    }

    /// The runs with pending rows that are neither this one nor alive. Jumps from run to run in the index.
    private static func endedRuns(_ database: Database) throws(StorageError) -> [Int64] {
        var runs: [Int64] = []
        var last = Int64.min
        while let run = try database.queryNumber(nextRunQuery, .int(last)) {
            if run != database.run, !database.isOfOtherProgram(run) { runs.append(run) }
            last = run
        }
        return runs
    }

    /// A page of the receivers with pending rows of this program, each with the time at which its first row is due.
    /// - Parameter after: the last receiver of the page before; nil for the first page.
    package func pendingTargets(after: String?, limit: Int) async throws(StorageError) -> [(target: String, due: Timestamp)] {
        try await perform(reading: true) { database throws(StorageError) in
            var found: [(target: String, due: Timestamp)] = []
            var last = after ?? ""
            while found.count < limit {
                let next = try database.query(Journal.nextTargetQuery, .int(database.run), .text(last)) {
                    (target: $0.text(0), due: Timestamp(unixMilliseconds: $0.int(1)))
                }.first
                guard let next else { break }
                found.append(next)
                last = next.target
            }
            return found
        }
    }

    /// The pending rows of this program for one receiver, the first due first, also those that are not due yet.
    package func pendingDeliveries(to target: String, limit: Int) async throws(StorageError) -> [DeliveryRecord] {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query(Journal.pendingQuery, .int(database.run), .text(target), .int(Int64(limit))) { DeliveryRecord($0) }
        }
    }

    /// The dispatcher repeats these often, so each must read only the rows that it returns.
    static let nextRunQuery = """
        SELECT run FROM deliveries INDEXED BY deliveries_by_due WHERE state = 'pending' AND run > ? ORDER BY run LIMIT 1
        """
    static let nextTargetQuery = """
        SELECT target, due FROM deliveries INDEXED BY deliveries_by_due WHERE state = 'pending' AND run = ? AND target > ?
        ORDER BY target, due LIMIT 1
        """
    static let pendingQuery = """
        SELECT \(DeliveryRecord.columns) FROM deliveries INDEXED BY deliveries_by_due
        WHERE state = 'pending' AND run = ? AND target = ? ORDER BY due, number LIMIT ?
        """
    static let oldestQuery = "SELECT created FROM deliveries WHERE state = 'pending' ORDER BY created LIMIT 1"

    /// Records the outcome of an attempt. Deferred if it cannot be written now: until then the row is read as it was.
    /// - Parameters:
    ///   - state: `pending` for another attempt at `due`.
    ///   - status: of the response; nil without one.
    ///   - error: a sentence for the operator, without secrets.
    /// - Throws: if it is not on the disk yet.
    package func recordAttempt(
        of number: Int64, state: DeliveryRecord.State, due: Timestamp, status: Int?, error: String?, at now: Timestamp
    ) async throws(StorageError) {
        try await performWrite(deferred: true) { database throws(StorageError) in
            try database.run(
                """
                UPDATE deliveries SET state = ?, attempts = attempts + 1, due = ?, status = ?, error = ?, updated = ?
                WHERE number = ? AND state = 'pending'
                """, .text(state.rawValue), .int(due.unixMilliseconds), .init(status.map { Int64($0) }), .init(error),
                .int(now.unixMilliseconds), .int(number))
        }
    }

    /// Ends all pending rows for a receiver: it is gone.
    /// - Parameter reason: a sentence for the operator.
    package func endDeliveries(to target: String, because reason: String, at now: Timestamp) {
        submit { database throws(StorageError) in try Journal.endDeliveries(to: target, because: reason, at: now, database) }
    }

    static func endDeliveries(to target: String, because reason: String, at now: Timestamp, _ database: Database) throws(StorageError) {
        try database.run(
            "UPDATE deliveries SET state = 'dead', error = ?, updated = ? WHERE state = 'pending' AND target = ?", .text(reason),
            .int(now.unixMilliseconds), .text(target))
    }

    /// Sends an event again, to each of its receivers or to one, whatever became of it. A running program with this journal takes the rows
    /// over.
    /// - Parameter owner: nil for events of any owner.
    /// - Returns: the number of deliveries.
    package func resend(_ event: String, of owner: String? = nil, to target: String? = nil, at now: Timestamp) async throws(StorageError)
        -> Int
    {
        try await perform { [outbox] database throws(StorageError) in
            let targets = try database.query(
                """
                UPDATE deliveries SET run = 0, state = 'pending', attempts = 0, due = ?1, error = NULL, updated = ?1
                WHERE event = ?2 AND owner = coalesce(?3, owner) AND target = coalesce(?4, target) RETURNING target
                """, .int(now.unixMilliseconds), .text(event), .init(owner), .init(target)
            ) { $0.text(0) }
            outbox.notify([])
            return targets.count
        }
    }

    /// The newest deliveries, for `genlock webhooks`.
    /// - Parameters:
    ///   - owner: nil for all owners.
    ///   - event: the id of one event; nil for all.
    ///   - state: nil for all states.
    package func deliveries(
        of owner: String? = nil, event: String? = nil, state: DeliveryRecord.State? = nil, limit: Int
    ) async throws(StorageError) -> [DeliveryRecord] {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query(
                """
                SELECT \(DeliveryRecord.columns) FROM deliveries
                WHERE \(owner == nil ? "?1 IS NULL" : "owner = ?1") AND \(event == nil ? "?2 IS NULL" : "event = ?2")
                    AND state = coalesce(?3, state)
                ORDER BY number DESC LIMIT ?4
                """, .init(owner), .init(event), .init(state?.rawValue), .int(Int64(limit))
            ) { DeliveryRecord($0) }
        }
    }

    package func deliveryStats() async throws(StorageError) -> DeliveryStats {
        try await perform(reading: true) { database throws(StorageError) in
            var stats = DeliveryStats()
            stats.pending = Int(try database.queryNumber("SELECT coalesce(sum(count), 0) FROM pending_deliveries") ?? 0)
            stats.oldest = try database.queryNumber(Journal.oldestQuery).map { Timestamp(unixMilliseconds: $0) }
            stats.disabledEndpoints = Int(try database.queryNumber("SELECT count(*) FROM disabled_endpoints") ?? 0)
            return stats
        }
    }
}
