import Wire

/// The bounds of the journal in time and number. What is under way stays, whatever its age; so do, while a job may last, jobs whose ids
/// have no room for the vendor's.
struct Pruning {
    private let oldest: Timestamp
    private let most: Int
    /// Jobs that are younger may still be asked about at their vendors.
    private let lasting: Timestamp

    init(_ limits: Limits, now: Timestamp) {
        oldest = Timestamp(unix: now.unix - Int64(limits.journalDays) * 86_400)
        most = limits.journalJobs
        lasting = now + (.zero - limits.jobTime)
    }

    /// Deletes at most twice `stepRows` rows. Numbers are given without gaps, so their range is as good as a count, which would read all.
    func step(_ database: Database) throws(StorageFailure) -> Int {
        let aged = try database.run(
            """
            DELETE FROM jobs WHERE number IN
                (SELECT number FROM jobs WHERE created < ? AND \(Pruning.isExpendable) ORDER BY created LIMIT \(Pruning.stepRows))
            """, .int(oldest.unixMilliseconds), .int(lasting.unixMilliseconds))
        let surplus = try database.run(
            """
            DELETE FROM jobs WHERE number IN
                (SELECT number FROM jobs WHERE number <= (SELECT max(number) FROM jobs) - ? AND \(Pruning.isExpendable)
                 ORDER BY number LIMIT \(Pruning.stepRows))
            """, .int(Int64(most)), .int(lasting.unixMilliseconds))
        return aged + surplus
    }

    private static let isExpendable = """
        state <> 'intended' AND (state NOT IN ('accepted', 'done') OR coalesce(found, current) IS NULL OR created < ?)
        """
    private static let stepRows = 256
}
