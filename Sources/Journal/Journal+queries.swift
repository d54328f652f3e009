import Jobs
import Wire

extension Journal {
    /// The row of an id; nil if there is none (any more).
    package func jobRecord(_ id: String) async throws(StorageError) -> JobRecord? {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query("SELECT \(JobRecord.columns) FROM jobs WHERE id = ?", .text(id)) { JobRecord($0) }.first
        }
    }

    /// The job that an owner started with that key.
    package func jobRecord(of owner: String, key: String) async throws(StorageError) -> JobRecord? {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query("SELECT \(JobRecord.columns) FROM jobs WHERE owner = ? AND key = ?", .text(owner), .text(key)) {
                JobRecord($0)
            }.first
        }
    }

    /// The newest job that the owner started with the same request since then.
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

    /// A page of what an owner's list shows.
    /// - Parameter after: the id of the last job of the page before; one that was deleted since is good.
    /// - Returns: nil if there is no such job of this owner.
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

    /// For people: entries of one state or all, newest first.
    /// - Parameter owner: nil for everybody's.
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

    /// Jobs whose start was not answered, and by whose clue their vendors may know them; newest first.
    package func ambiguousJobs(since: Timestamp, limit: Int) async throws(StorageError) -> [JobRecord] {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query(
                Journal.ambiguousJobsQuery, .int(since.unixMilliseconds), .int(Int64(limit))
            ) { JobRecord($0) }
        }
    }

    /// Asked every few seconds. The first condition is that of the index `jobs_by_state`, word for word: without it SQLite would not see
    /// that the index holds all of these, and would read every job.
    static let ambiguousJobsQuery = """
        SELECT \(JobRecord.columns) FROM jobs
        WHERE state IN ('intended', 'ambiguous') AND state = 'ambiguous' AND clue IS NOT NULL AND created >= ?
        ORDER BY number DESC LIMIT ?
        """

    /// What an owner's jobs since that day (UTC) have cost, or will where that is not settled yet.
    package func spent(by owner: String, since: Timestamp) async throws(StorageError) -> Money {
        try await perform(reading: true) { database throws(StorageError) in try Journal.spent(by: owner, since: since, database) }
    }

    static func spent(by owner: String, since: Timestamp, _ database: Database) throws(StorageError) -> Money {
        Money(
            micros: try database.queryNumber(
                "SELECT coalesce(sum(micros), 0) FROM spending WHERE owner = ? AND day >= ?", .text(owner),
                .int(since.unixMilliseconds / 86_400_000)) ?? 0)
    }

    /// The jobs that an account has at work, as far as is known: accepted, and not seen to end.
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
