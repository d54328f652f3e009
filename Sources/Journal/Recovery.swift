import Jobs
import Wire

/// What becomes of intents whose outcome their run has not lived to write down: each may have been accepted, so each is told.
enum Recovery {
    /// An intent is written only just before its call is sent. The call left between `created` and `ended`, the restart.
    /// - Returns: how many there were.
    static func markInterrupted(_ database: Database, alive runLock: RunLock, now: Timestamp) throws(StorageError) -> Int {
        var count = 0
        let runs = try database.query("SELECT DISTINCT run FROM jobs WHERE state = 'intended'") { $0.int(0) }
        for run in runs where !runLock.isAlive(run) {
            count += try database.run(
                """
                UPDATE jobs SET state = 'ambiguous', kind = ?, code = 'create_ambiguous', message = ?, ended = ?,
                    trace = ? || coalesce('; told to the vendor: ' || replace(clue, char(10), ' '), '')
                WHERE state = 'intended' AND run = ?
                """,
                .text(Fault.Kind.createAmbiguous.rawValue),
                .text("The router was stopped while the job was being started; its vendor may have accepted it. Nothing was sent again."),
                .int(now.unixMilliseconds), .text("the router stopped while the call was under way"), .int(run))
        }
        return count
    }

    /// Takes back what was refused because its sync failed, and stands in the file all the same: nothing was sent for it.
    static func revertUnsent(_ database: Database, but pendingIntents: PendingIntents, now: Timestamp) throws(StorageError) {
        let ids = try database.query("SELECT id FROM jobs WHERE state = 'intended' AND run = ?", .int(database.run)) { $0.text(0) }
        for id in ids where !pendingIntents.contains(id) {
            try database.run(
                """
                UPDATE jobs SET state = 'never_sent', kind = ?, ended = ?, settled = 0, key = NULL, digest = NULL
                WHERE id = ? AND tried IS NULL
                """, .text(Fault.Kind.storage.rawValue), .int(now.unixMilliseconds), .text(id))
            // Another attempt of a job that its owner knows: the failed one is the current one still.
            try database.run("UPDATE jobs SET state = 'accepted', settled = 0 WHERE id = ? AND tried IS NOT NULL", .text(id))
        }
    }
}
