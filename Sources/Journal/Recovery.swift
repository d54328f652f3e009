import Glibc
import Jobs
import Wire

/// Finds intents whose outcome was never written because their run ended or a commit failed. Each of the former may have been accepted.
enum Recovery {
    /// Marks the intents of runs that have ended as ambiguous. An intent is written just before its call is sent, so the call left between
    /// `created` and `ended`, the restart. The owner of a job that was failing over already has its id, and sees it as failed from now on.
    /// - Returns: how many there were.
    static func markInterrupted(
        _ database: Database, alive runLock: RunLock, _ outbox: Outbox, now: Timestamp
    ) throws(StorageError) -> Int {
        var count = 0
        let runs = try database.query("SELECT DISTINCT run FROM jobs WHERE state = 'intended'") { $0.int(0) }
        for run in runs where !runLock.isAlive(run) {
            let jobs = try database.query(
                """
                UPDATE jobs SET state = 'ambiguous', kind = ?, code = 'create_ambiguous', message = ?, ended = ?,
                    trace = ? || coalesce('; correlation key sent to the vendor: ' || replace(clue, char(10), ' '), '')
                WHERE state = 'intended' AND run = ? AND (tried IS NULL OR \(outbox.knowsEndpoints))
                RETURNING \(Outbox.ChangedJob.columns), tried
                """,
                .text(Fault.Kind.createAmbiguous.rawValue),
                .text("The router was stopped while the job was being started; its vendor may have accepted it. Nothing was sent again."),
                .int(now.unixMilliseconds), .text("the router stopped while the call was under way"), .int(run)
            ) { (job: Outbox.ChangedJob($0), hasFailedOver: !$0.isNull(3)) }
            count += jobs.count
            for (job, hasFailedOver) in jobs where hasFailedOver {
                try outbox.record(.failed, of: job, endsJob: false, at: now, database)
            }
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

/// Shows other programs with the same state folder that this run is alive: a lock on one byte of a file, at the offset of the run's number.
/// The kernel releases it when the program ends in any way. So no other program treats the calls of a living run as lost.
final class RunLock {
    /// Picked at random.
    let number = Int64.random(in: 1..<Int64.max)
    private let descriptor: Int32

    init(in folder: String) throws(StorageError) {
        descriptor = Glibc.open(folder + "/runs", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw RunLock.failure() }
        var range = RunLock.byte(number)
        guard fcntl(descriptor, RunLock.setLock, &range) == 0 else { throw RunLock.failure() }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whether that run may still record the outcome of its calls.
    func isAlive(_ run: Int64) -> Bool {
        guard run > 0 else { return false }
        guard run != number else { return true }
        var range = RunLock.byte(run)
        return fcntl(descriptor, RunLock.getLock, &range) != 0 || range.l_type != Int16(F_UNLCK)
    }

    /// F_OFD_GETLK and F_OFD_SETLK (fcntl(2)), which Swift's view of the C library leaves out: locks of the open file, not of the process.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37

    private static func byte(_ offset: Int64) -> flock {
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = Int(offset)
        range.l_len = 1
        return range
    }

    private static func failure() -> StorageError {
        let kind: StorageError.Kind = errno == EROFS ? .readOnly : errno == ENOSPC ? .full : .unopenable
        return StorageError(kind, "the file of run locks: \(String(cString: strerror(errno)))")
    }
}
