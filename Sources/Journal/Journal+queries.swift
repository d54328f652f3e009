import Jobs
import Wire

extension Journal {
    /// The row of an id; nil if there is none.
    package func jobRecord(_ id: String) async throws(StorageError) -> JobRecord? {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query("SELECT \(JobRecord.columns) FROM jobs WHERE id = ?", .text(id)) { JobRecord($0) }.first
        }
    }

    /// The job that an owner started with that idempotency key.
    package func jobRecord(of owner: String, key: String) async throws(StorageError) -> JobRecord? {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query("SELECT \(JobRecord.columns) FROM jobs WHERE owner = ? AND key = ?", .text(owner), .text(key)) {
                JobRecord($0)
            }.first
        }
    }

    /// The newest job that the owner started with the same request since that time.
    package func jobRecord(of owner: String, digest: Bytes, since: Timestamp) async throws(StorageError) -> JobRecord? {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query(
                """
                SELECT \(JobRecord.columns) FROM jobs WHERE owner = ? AND digest = ? AND created >= ? AND state <> 'never_sent'
                ORDER BY number DESC LIMIT 1
                """, .text(owner), .blob(digest), .int(since.unixMilliseconds)
            ) { JobRecord($0) }.first
        }
    }

    /// A page of an owner's list.
    /// - Parameter after: the id of the last job of the page before, which may have been deleted.
    /// - Returns: nil if the owner has no job with that id.
    package func page(of owner: String, after: String?, limit: Int, newestFirst: Bool) async throws(StorageError) -> (
        entries: [JobRecord], hasMore: Bool
    )? {
        let found: [JobRecord]? = try await perform(reading: true) { database throws(StorageError) in
            var start = newestFirst ? Int64.max : 0
            if let after {
                let number = try database.queryNumber("SELECT number FROM jobs WHERE id = ? AND owner = ?", .text(after), .text(owner))
                guard let number else { return nil }
                start = number
            }
            let (comparison, order) = newestFirst ? ("<", "DESC") : (">", "ASC")
            return try database.query(
                """
                SELECT \(JobRecord.columns) FROM jobs WHERE owner = ? AND number \(comparison) ?
                    AND (state IN (\(Journal.listed)) OR state = 'intended' AND tried IS NOT NULL)
                ORDER BY number \(order) LIMIT ?
                """, .text(owner), .int(start), .int(Int64(limit) + 1)
            ) { JobRecord($0) }
        }
        return found.map { (Array($0.prefix(limit)), $0.count > limit) }
    }

    /// The jobs of one state or of all, newest first, for `genlock jobs`.
    /// - Parameter owner: nil for all owners.
    package func jobRecords(of owner: String? = nil, state: JobRecord.State? = nil, limit: Int = 1000) async throws(StorageError)
        -> [JobRecord]
    {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query(
                """
                SELECT \(JobRecord.columns) FROM jobs WHERE owner = coalesce(?1, owner) AND state = coalesce(?2, state)
                ORDER BY number DESC LIMIT ?3
                """, .init(owner), .init(state?.rawValue), .int(Int64(limit))
            ) { JobRecord($0) }
        }
    }

    /// Jobs whose start call got no answer and that have a correlation key to find them by; newest first.
    package func ambiguousJobs(since: Timestamp, limit: Int) async throws(StorageError) -> [JobRecord] {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query(
                Journal.ambiguousJobsQuery, .int(since.unixMilliseconds), .int(Int64(limit))
            ) { JobRecord($0) }
        }
    }

    /// Runs every few seconds. The first condition repeats that of the index `jobs_by_state`: without it SQLite would not use the index,
    /// and read every job.
    static let ambiguousJobsQuery = """
        SELECT \(JobRecord.columns) FROM jobs
        WHERE state IN ('intended', 'ambiguous') AND state = 'ambiguous' AND clue IS NOT NULL AND created >= ?
        ORDER BY number DESC LIMIT ?
        """

    /// The cost of an owner's jobs since that day (UTC), settled or reserved.
    package func spent(by owner: String, since: Timestamp) async throws(StorageError) -> Money {
        try await perform(reading: true) { database throws(StorageError) in try Journal.spent(by: owner, since: since, database) }
    }

    static func spent(by owner: String, since: Timestamp, _ database: Database) throws(StorageError) -> Money {
        Money(
            micros: try database.queryNumber(
                "SELECT coalesce(sum(micros), 0) FROM spending WHERE owner = ? AND day >= ?", .text(owner),
                .int(since.unixMilliseconds / 86_400_000)) ?? 0)
    }

    /// The running jobs of an account as far as is known: accepted, and without a recorded end.
    package func runningJobs(on account: String, since: Timestamp, limit: Int) async throws(StorageError) -> [JobRecord] {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query(
                """
                SELECT \(JobRecord.columns) FROM jobs WHERE account = ? AND state = 'accepted' AND created >= ? ORDER BY number DESC LIMIT ?
                """, .text(account), .int(since.unixMilliseconds), .int(Int64(limit))
            ) { JobRecord($0) }
        }
    }

    private static let listed = JobRecord.State.allCases.filter(\.isListed).map { "'\($0.rawValue)'" }.joined(separator: ", ")
}
