import Wire

extension Journal {
    /// A job that its vendor has accepted and that has no end yet.
    package struct UnfinishedJob: Sendable {
        package let id: String
        package let owner: String
        /// The account of the current attempt.
        package let account: String
        package let created: Timestamp
    }

    /// Reads unfinished jobs, except those of other programs that run with the same journal: they watch their own.
    /// - Parameters:
    ///   - number: where the page before ended; 0 for the first page.
    ///   - limit: how many rows of any state a page reads, so that it takes a bounded time.
    /// - Returns: the jobs, and where the page ends; nil after the last page.
    package func unfinishedJobs(
        after number: Int64, limit: Int
    ) async throws(StorageError) -> (jobs: [UnfinishedJob], end: Int64?) {
        try await perform(reading: true) { database throws(StorageError) in
            let end = try database.queryNumber(
                "SELECT max(number) FROM (SELECT number FROM jobs WHERE number > ? ORDER BY number LIMIT ?)", .int(number),
                .int(Int64(limit)))
            guard let end, end > number else { return ([], nil) }
            let rows = try database.query(
                """
                SELECT run, id, owner, account, created FROM jobs WHERE number > ? AND number <= ? AND state = 'accepted' ORDER BY number
                """, .int(number), .int(end)
            ) { row in
                let job = UnfinishedJob(
                    id: row.text(1), owner: row.text(2), account: row.text(3), created: Timestamp(unixMilliseconds: row.int(4)))
                return (run: row.int(0), job: job)
            }
            return (rows.filter { !database.isOfOtherProgram($0.run) }.map(\.job), end)
        }
    }
}
