import Jobs
import Wire

extension Journal {
    /// The row of an id; nil if there is none (any more).
    package func entry(_ id: String) async throws(StorageFailure) -> Entry? {
        try await perform(reading: true) { database throws(StorageFailure) in
            try database.rows("SELECT \(Entry.columns) FROM jobs WHERE id = ?", .text(id)) { Entry($0) }.first
        }
    }

    /// The job that an owner started with that key.
    package func entry(of owner: String, key: String) async throws(StorageFailure) -> Entry? {
        try await perform(reading: true) { database throws(StorageFailure) in
            try database.rows("SELECT \(Entry.columns) FROM jobs WHERE owner = ? AND key = ?", .text(owner), .text(key)) { Entry($0) }.first
        }
    }

    /// The newest job that the owner started with the same request since then.
    package func entry(of owner: String, digest: Bytes, since: Timestamp) async throws(StorageFailure) -> Entry? {
        try await perform(reading: true) { database throws(StorageFailure) in
            try database.rows(
                """
                SELECT \(Entry.columns) FROM jobs WHERE owner = ? AND digest = ? AND created >= ? AND state <> 'never_sent'
                ORDER BY number DESC LIMIT 1
                """, .text(owner), .blob(digest), .int(since.unixMilliseconds)
            ) { Entry($0) }.first
        }
    }

    /// A page of what an owner's list shows.
    /// - Parameter after: the id of the last job of the page before; one that was deleted since is good.
    /// - Returns: nil if there is no such job of this owner.
    package func page(of owner: String, after: String?, limit: Int, newestFirst: Bool) async throws(StorageFailure) -> (
        entries: [Entry], hasMore: Bool
    )? {
        let found: [Entry]? = try await perform(reading: true) { database throws(StorageFailure) in
            var start = newestFirst ? Int64.max : 0
            if let after {
                let number = try database.number("SELECT number FROM jobs WHERE id = ? AND owner = ?", .text(after), .text(owner))
                guard let number else { return nil }
                start = number
            }
            let (comparison, order) = newestFirst ? ("<", "DESC") : (">", "ASC")
            return try database.rows(
                """
                SELECT \(Entry.columns) FROM jobs WHERE owner = ? AND number \(comparison) ?
                    AND (state IN (\(Journal.listed)) OR state = 'intended' AND tried IS NOT NULL)
                ORDER BY number \(order) LIMIT ?
                """, .text(owner), .int(start), .int(Int64(limit) + 1)
            ) { Entry($0) }
        }
        return found.map { (Array($0.prefix(limit)), $0.count > limit) }
    }

    /// For people: entries of one state or all, newest first.
    /// - Parameter owner: nil for everybody's.
    package func entries(of owner: String? = nil, state: Entry.State? = nil, limit: Int = 1000) async throws(StorageFailure) -> [Entry] {
        try await perform(reading: true) { database throws(StorageFailure) in
            try database.rows(
                """
                SELECT \(Entry.columns) FROM jobs WHERE owner = coalesce(?1, owner) AND state = coalesce(?2, state)
                ORDER BY number DESC LIMIT ?3
                """, .init(owner), .init(state?.rawValue), .int(Int64(limit))
            ) { Entry($0) }
        }
    }

    /// Jobs whose start was not answered, and by whose clue their vendors may know them; newest first.
    package func lost(since: Timestamp, limit: Int) async throws(StorageFailure) -> [Entry] {
        try await perform(reading: true) { database throws(StorageFailure) in
            try database.rows(
                Journal.lostJobs, .int(since.unixMilliseconds), .int(Int64(limit))
            ) { Entry($0) }
        }
    }

    /// Asked every few seconds. The first condition is that of the index `jobs_by_state`, word for word: without it SQLite would not see
    /// that the index holds all of these, and would read every job.
    static let lostJobs = """
        SELECT \(Entry.columns) FROM jobs
        WHERE state IN ('intended', 'ambiguous') AND state = 'ambiguous' AND clue IS NOT NULL AND created >= ?
        ORDER BY number DESC LIMIT ?
        """

    /// What an owner's jobs since that day (UTC) have cost, or will where that is not settled yet.
    package func spent(by owner: String, since: Timestamp) async throws(StorageFailure) -> Money {
        try await perform(reading: true) { database throws(StorageFailure) in try Journal.spent(by: owner, since: since, database) }
    }

    static func spent(by owner: String, since: Timestamp, _ database: Database) throws(StorageFailure) -> Money {
        Money(
            micros: try database.number(
                "SELECT coalesce(sum(micros), 0) FROM spending WHERE owner = ? AND day >= ?", .text(owner),
                .int(since.unixMilliseconds / 86_400_000)) ?? 0)
    }

    /// The jobs that an account has at work, as far as is known: accepted, and not seen to end.
    package func atWork(on account: String, since: Timestamp, limit: Int) async throws(StorageFailure) -> [Entry] {
        try await perform(reading: true) { database throws(StorageFailure) in
            try database.rows(
                """
                SELECT \(Entry.columns) FROM jobs WHERE account = ? AND state = 'accepted' AND created >= ? ORDER BY number DESC LIMIT ?
                """, .text(account), .int(since.unixMilliseconds), .int(Int64(limit))
            ) { Entry($0) }
        }
    }

    private static let listed = Entry.State.allCases.filter(\.isListed).map { "'\($0.rawValue)'" }.joined(separator: ", ")
}
