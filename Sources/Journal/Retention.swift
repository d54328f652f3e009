import Wire

/// Deletes rows beyond the journal's maximum age and number. Intents stay, whatever their age. So do, for as long as a job may run, jobs
/// whose claims do not fit into their ids.
struct Retention {
    private let oldest: Timestamp
    private let maxJobs: Int
    /// Younger jobs may still be running at their vendors.
    private let unfinishedSince: Timestamp

    init(_ limits: Limits, now: Timestamp) {
        oldest = Timestamp(unix: now.unix - Int64(limits.journalRetentionDays) * 86_400)
        maxJobs = limits.maxJournalJobs
        unfinishedSince = now + (.zero - limits.jobTimeout)
    }

    /// Deletes at most twice `maxRowsPerStep` rows. Numbers have no gaps, so their range serves as a count, which would read all rows.
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
        return aged + surplus
    }

    private static let isExpendable = """
        state <> 'intended' AND (state NOT IN ('accepted', 'done') OR coalesce(found, current) IS NULL OR created < ?)
        """
    private static let maxRowsPerStep = 256
}
