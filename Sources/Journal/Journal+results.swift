import Wire

/// Results that are kept. A program claims a result before it copies it, as long as the program runs: so several programs with one journal
/// never copy the same result. Bytes are removed only after the row says so.
extension Journal {
    /// The numbers and bytes of all kept results, and the results that wait.
    package struct ResultTotals: Sendable, Equatable {
        package var files: Int64 = 0
        package var bytes: Int64 = 0
        package var pending: Int64 = 0

        package init(files: Int64 = 0, bytes: Int64 = 0, pending: Int64 = 0) {
            self.files = files
            self.bytes = bytes
            self.pending = pending
        }
    }

    /// Why a result was evicted. Raw values are metric labels and stand in the journal.
    package enum EvictionReason: String, Sendable, CaseIterable {
        case age
        case size
    }

    static func insert(_ results: [NewResult], of id: String, at now: Timestamp, _ database: Database) throws(StorageError) {
        for result in results {
            try database.run(
                """
                INSERT OR IGNORE INTO results (id, owner, kind, key, state, due, ended)
                    SELECT id, owner, ?, ?, 'pending', ?, ? FROM jobs WHERE id = ? AND unstored IS NULL
                """, .text(result.kind), .text(result.key), .int(now.unixMilliseconds), .int(now.unixMilliseconds), .text(id))
        }
    }

    static func deleteResults(of id: String, at now: Timestamp, _ database: Database) throws(StorageError) {
        try database.run(
            "UPDATE results SET state = 'deleted', closed = ?, reason = NULL WHERE id = ? AND state <> 'deleted'",
            .int(now.unixMilliseconds), .text(id))
    }

    /// The results of a job, in the order in which they were added.
    package func results(of id: String) async throws(StorageError) -> [KeptResult] {
        try await perform(reading: true) { database throws(StorageError) in
            try database.query("SELECT \(KeptResult.columns) FROM results WHERE id = ? ORDER BY number", .text(id)) { KeptResult($0) }
        }
    }

    /// Until when the videos of these jobs are kept, as far as they are.
    package func videoExpiries(of ids: [String]) async throws(StorageError) -> [String: Timestamp] {
        try await perform(reading: true) { database throws(StorageError) in
            var expiries: [String: Timestamp] = [:]
            for id in ids {
                expiries[id] = try database.queryNumber(
                    "SELECT expires FROM results WHERE id = ? AND kind = 'video' AND state = 'kept'", .text(id)
                ).map { Timestamp(unixMilliseconds: $0) }
            }
            return expiries
        }
    }

    /// Claims results that are due for this program, the longest waiting first. Each must be given to one of the three methods below.
    package func claimResults(limit: Int, now: Timestamp) async throws(StorageError) -> [KeptResult] {
        try await perform { database throws(StorageError) in
            let candidates = try database.query(
                """
                SELECT number, run FROM results WHERE state = 'pending' AND due <= ? AND run <> ? ORDER BY due LIMIT ?
                """, .int(now.unixMilliseconds), .int(database.run), .int(Journal.maxClaimCandidates)
            ) { (number: $0.int(0), run: $0.int(1)) }
            var claimed: [KeptResult] = []
            for candidate in candidates.filter({ !database.isOfOtherProgram($0.run) }).prefix(limit) {
                try database.run(
                    "UPDATE results SET run = ?, attempts = attempts + 1, stored = 1 WHERE number = ?", .int(database.run),
                    .int(candidate.number))
                claimed += try database.query("SELECT \(KeptResult.columns) FROM results WHERE number = ?", .int(candidate.number)) {
                    KeptResult($0)
                }
            }
            return claimed
        }
    }

    /// Adds a result that is made from a kept one, and claims it. One that was evicted is claimed again, and one that failed a few times.
    /// - Returns: nil if there is one already, or the source is no longer kept.
    package func claimDerivedResult(of source: KeptResult, _ result: NewResult, now: Timestamp) async throws(StorageError) -> KeptResult? {
        try await perform { database throws(StorageError) in
            try database.query(
                """
                INSERT INTO results (id, owner, kind, key, state, run, attempts, due, ended, stored)
                    SELECT id, owner, ?1, ?2, 'pending', ?3, 1, ?4, ended, 1 FROM results WHERE number = ?5 AND state = 'kept'
                ON CONFLICT (id, kind) DO UPDATE SET state = 'pending', run = ?3, attempts = attempts + 1, stored = 1, closed = NULL
                    WHERE state = 'evicted' OR state = 'failed' AND attempts < \(Journal.maxDerivations)
                RETURNING \(KeptResult.columns)
                """, .text(result.kind), .text(result.key), .int(database.run), .int(now.unixMilliseconds), .int(source.number)
            ) { KeptResult($0) }.first
        }
    }

    /// Records that the bytes of a claimed result are in the store.
    /// - Returns: false if its job was deleted meanwhile: the bytes must not be served, and are removed later.
    package func recordKept(_ result: KeptResult, _ bytes: StoredBytes, at now: Timestamp, until expiry: Timestamp)
        async throws(StorageError) -> Bool
    {
        try await perform { database throws(StorageError) in
            let changed = try database.run(
                """
                UPDATE results SET length = ?, type = ?, tag = ?, checksum = ?, kept = ?, expires = ?, reason = NULL, state = 'kept'
                WHERE number = ? AND state = 'pending' AND run = ?
                """, .int(bytes.length), .text(bytes.type), .text(bytes.tag), .text(bytes.checksum), .int(now.unixMilliseconds),
                .int(expiry.unixMilliseconds), .int(result.number), .int(database.run))
            try Journal.release(result, database)
            return changed == 1
        }
    }

    /// Records that a claimed result could not be copied.
    /// - Parameter due: when to try again; nil gives it up.
    package func recordCopyFailure(_ result: KeptResult, because reason: String, retryAt due: Timestamp?, now: Timestamp)
        async throws(StorageError)
    {
        try await performWrite(deferred: true) { database throws(StorageError) in
            if let due {
                try database.run(
                    "UPDATE results SET reason = ?, due = ? WHERE number = ? AND state = 'pending'", .text(reason),
                    .int(due.unixMilliseconds), .int(result.number))
            } else {
                try database.run(
                    "UPDATE results SET reason = ?, state = 'failed', closed = ? WHERE number = ? AND state = 'pending'", .text(reason),
                    .int(now.unixMilliseconds), .int(result.number))
            }
            try Journal.release(result, database)
        }
    }

    private static func release(_ result: KeptResult, _ database: Database) throws(StorageError) {
        try database.run("UPDATE results SET run = 0 WHERE number = ? AND run = ?", .int(result.number), .int(database.run))
    }

    /// Records that the bytes of a kept result are missing in the store.
    package func recordLost(_ result: KeptResult, at now: Timestamp) async throws(StorageError) {
        try await performWrite { database throws(StorageError) in
            try database.run(
                "UPDATE results SET state = 'failed', closed = ?, reason = 'missing in the store' WHERE number = ? AND state = 'kept'",
                .int(now.unixMilliseconds), .int(result.number))
        }
    }

    /// Marks results as evicted that have expired, and then the oldest until those that are left have at most `maxBytes`. A step is
    /// bounded: call it again while it returns results.
    package func evictResults(maxBytes: Int64?, now: Timestamp) async throws(StorageError) -> [(KeptResult, EvictionReason)] {
        try await perform { database throws(StorageError) in
            var evicted: [(KeptResult, EvictionReason)] = []
            let expired = try database.query(
                "SELECT \(KeptResult.columns) FROM results WHERE state = 'kept' AND expires <= ? ORDER BY expires LIMIT ?",
                .int(now.unixMilliseconds), .int(Int64(Journal.maxEvictions))
            ) { KeptResult($0) }
            for result in expired {
                try Journal.evict(result, because: .age, now: now, database)
                evicted.append((result, .age))
            }
            guard let maxBytes else { return evicted }
            while evicted.count < Journal.maxEvictions,
                try database.queryNumber("SELECT bytes FROM results_total") ?? 0 > maxBytes,
                let oldest = try database.query(
                    "SELECT \(KeptResult.columns) FROM results WHERE state = 'kept' ORDER BY kept LIMIT 1", read: { KeptResult($0) }
                ).first
            {
                try Journal.evict(oldest, because: .size, now: now, database)
                evicted.append((oldest, .size))
            }
            return evicted
        }
    }

    private static func evict(_ result: KeptResult, because reason: EvictionReason, now: Timestamp, _ database: Database)
        throws(StorageError)
    {
        try database.run(
            "UPDATE results SET state = 'evicted', closed = ?, reason = ? WHERE number = ?", .int(now.unixMilliseconds),
            .text(reason.rawValue), .int(result.number))
    }

    /// Results that are no longer wanted and whose bytes may still be in the store. Those that another program copies are left out.
    /// - Parameter number: where the page before ended; 0 for the first page.
    package func resultsToRemove(after number: Int64, limit: Int) async throws(StorageError) -> [KeptResult] {
        try await perform(reading: true) { database throws(StorageError) in
            let rows = try database.query(
                """
                SELECT \(KeptResult.columns), run FROM results
                WHERE stored = 1 AND state NOT IN ('pending', 'kept') AND number > ? AND run <> ? ORDER BY number LIMIT ?
                """, .int(number), .int(database.run), .int(Int64(limit))
            ) { row in KeptResult(row).map { (result: $0, run: row.int(15)) } }
            return rows.filter { !database.isOfOtherProgram($0.run) }.map(\.result)
        }
    }

    /// Records that the store has no bytes of the result any more.
    package func recordRemoved(_ result: KeptResult) async throws(StorageError) {
        try await performWrite { database throws(StorageError) in
            try database.run("UPDATE results SET stored = 0 WHERE number = ?", .int(result.number))
        }
    }

    package func resultTotals() async throws(StorageError) -> ResultTotals {
        try await perform(reading: true) { database throws(StorageError) in
            var totals = ResultTotals()
            let kept = try database.query("SELECT files, bytes FROM results_total") { ($0.int(0), $0.int(1)) }.first
            (totals.files, totals.bytes) = kept ?? (0, 0)
            totals.pending = try database.queryNumber("SELECT count(*) FROM results WHERE state = 'pending'") ?? 0
            return totals
        }
    }

    /// How often it is tried to make a result from another one.
    private static let maxDerivations = 3
    private static let maxClaimCandidates: Int64 = 256
    private static let maxEvictions = 100
}
