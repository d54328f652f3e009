import Wire

/// Deletes rows beyond the journal's maximum age and number. Intents stay, whatever their age. So do, for as long as a job may run, jobs
/// whose claims do not fit into their ids, and results for as long as their bytes are in the store.
struct Retention {
    private let oldest: Timestamp
    private let maxJobs: Int
    /// Younger jobs may still be running at their vendors.
    private let unfinishedSince: Timestamp
    private let oldestDelivery: Timestamp
    private let maxDeliveries: Int

    init(_ limits: Limits, now: Timestamp) {
        oldest = Timestamp(unix: now.unix - Int64(limits.journalRetentionDays) * 86_400)
        maxJobs = limits.maxJournalJobs
        unfinishedSince = now + (.zero - limits.jobTimeout)
        oldestDelivery = Timestamp(unix: now.unix - Int64(limits.deliveryRetentionDays) * 86_400)
        maxDeliveries = limits.maxDeliveries
    }

    /// Deletes at most twice `maxRowsPerStep` rows of each table. Numbers have no gaps, so their range serves as a count, which would read
    /// all rows.
    /// - Returns: the number of deleted rows.
    func prune(_ database: Database) throws(StorageError) -> Int {
        let aged = try database.run(
            """
            DELETE FROM jobs WHERE number IN
                (SELECT number FROM jobs WHERE created < ? AND \(Retention.isExpendable) ORDER BY created LIMIT \(Retention.maxRowsPerStep))
            """, .int(oldest.unixMilliseconds), .int(unfinishedSince.unixMilliseconds))
        let surplus = try database.run(
            """
            DELETE FROM jobs WHERE number IN
                (SELECT number FROM jobs WHERE number <= (SELECT max(number) FROM jobs) - ? AND \(Retention.isExpendable)
                 ORDER BY number LIMIT \(Retention.maxRowsPerStep))
            """, .int(Int64(maxJobs)), .int(unfinishedSince.unixMilliseconds))
        return try aged + surplus + pruneDeliveries(database) + pruneResults(database)
    }

    private func pruneDeliveries(_ database: Database) throws(StorageError) -> Int {
        var count = 0
        for state in [DeliveryRecord.State.delivered, .dead] {
            count += try database.run(
                """
                DELETE FROM deliveries WHERE number IN
                    (SELECT number FROM deliveries WHERE state = ? AND created < ? ORDER BY created LIMIT \(Retention.maxRowsPerStep / 2))
                """, .text(state.rawValue), .int(oldestDelivery.unixMilliseconds))
        }
        return try count
            + database.run(
                """
                DELETE FROM deliveries WHERE number IN
                    (SELECT number FROM deliveries WHERE number <= (SELECT max(number) FROM deliveries) - ? AND state <> 'pending'
                     ORDER BY number LIMIT \(Retention.maxRowsPerStep))
                """, .int(Int64(maxDeliveries)))
    }

    private func pruneResults(_ database: Database) throws(StorageError) -> Int {
        try database.run(
            """
            DELETE FROM results WHERE number IN
                (SELECT number FROM results WHERE closed < ? AND stored = 0 ORDER BY closed LIMIT \(Retention.maxRowsPerStep))
            """, .int(oldest.unixMilliseconds))
    }

    private static let isExpendable = """
        state <> 'intended' AND (state NOT IN ('accepted', 'done') OR coalesce(found, current) IS NULL OR created < ?)
        """
    private static let maxRowsPerStep = 256
}
