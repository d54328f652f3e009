import Jobs
import Wire

/// Finds intents whose outcome was never written because their run ended or a commit failed. Each of the former may have been accepted.
enum Recovery {
    /// Marks the intents of runs that have ended as ambiguous. An intent is written just before its call is sent, so the call left between
    /// `created` and `ended`, the restart.
    /// - Returns: how many there were.
    static func markInterrupted(_ database: Database, alive runLock: RunLock, now: Timestamp) throws(StorageError) -> Int {
        var count = 0
        let runs = try database.query("SELECT DISTINCT run FROM jobs WHERE state = 'intended'") { $0.int(0) }
        for run in runs where !runLock.isAlive(run) {
            count += try database.run(
                """
                UPDATE jobs SET state = 'ambiguous', kind = ?, code = 'create_ambiguous', message = ?, ended = ?,
                    trace = ? || coalesce('; correlation key sent to the vendor: ' || replace(clue, char(10), ' '), '')
                WHERE state = 'intended' AND run = ?
                """,
                .text(Fault.Kind.createAmbiguous.rawValue),
                .text("The router was stopped while the job was being started; its vendor may have accepted it. Nothing was sent again."),
                .int(now.unixMilliseconds), .text("the router stopped while the call was under way"), .int(run))
        }
        return count
    }

    /// Reverts intents that were refused because their commit failed, but are in the file nevertheless: nothing was sent for them.
    static func revertUnsent(_ database: Database, but pendingIntents: Journal.PendingIntents, now: Timestamp) throws(StorageError) {
        let ids = try database.query("SELECT id FROM jobs WHERE state = 'intended' AND run = ?", .int(database.run)) { $0.text(0) }
        for id in ids where !pendingIntents.contains(id) {
            try database.run(
                """
                UPDATE jobs SET state = 'never_sent', kind = ?, ended = ?, settled = 0, key = NULL, digest = NULL
                WHERE id = ? AND tried IS NULL
                """, .text(Fault.Kind.storage.rawValue), .int(now.unixMilliseconds), .text(id))
            // A failover attempt of an accepted job: the failed attempt remains the current one.
            try database.run("UPDATE jobs SET state = 'accepted', settled = 0 WHERE id = ? AND tried IS NOT NULL", .text(id))
        }
    }
}
