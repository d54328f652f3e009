import Wire

/// The bounds of the journal in time and number. What is under way stays, whatever its age.
struct Pruning {
    private let oldest: Timestamp
    private let most: Int

    init(_ limits: Limits, now: Timestamp) {
        oldest = Timestamp(unix: now.unix - Int64(limits.journalDays) * 86_400)
        most = limits.journalJobs
    }

    /// Deletes at most twice `stepRows` rows. Numbers are given without gaps, so their range is as good as a count, which would read all.
    func step(_ database: Database) throws(StorageFailure) -> Int {
        let aged = try database.run(
            """
            DELETE FROM jobs WHERE number IN
                (SELECT number FROM jobs WHERE created < ? AND state <> 'intended' ORDER BY created LIMIT \(Pruning.stepRows))
            """, .int(oldest.unixMilliseconds))
        let surplus = try database.run(
            """
            DELETE FROM jobs WHERE number IN
                (SELECT number FROM jobs WHERE number <= (SELECT max(number) FROM jobs) - ? AND state <> 'intended'
                 ORDER BY number LIMIT \(Pruning.stepRows))
            """, .int(Int64(most)))
        return aged + surplus
    }

    private static let stepRows = 256
}
