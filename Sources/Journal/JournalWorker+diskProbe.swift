import Glibc

extension JournalWorker {
    /// Writes what a job would need, and takes it away again, where the last write failed or the disk is nearly full. A create that fails
    /// is no good probe: with the server out of rotation no client sends one.
    mutating func probeDisk() {
        guard stats.lastFailure != nil || isSpaceScarce else { return }
        tryTransaction { database throws(StorageError) in
            try database.execute(
                "CREATE TABLE IF NOT EXISTS probe (filler BLOB); "
                    + "INSERT INTO probe VALUES (zeroblob(\(JournalWorker.probeBytes))); DROP TABLE probe"
            )
        }
    }

    private var isSpaceScarce: Bool {
        var space = statvfs()
        guard statvfs(folder, &space) == 0 else { return false }
        let (free, overflows) = UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
        return !overflows && free < JournalWorker.minFreeBytes
    }

    private static let probeBytes = 64 << 10
    private static let minFreeBytes: UInt64 = 1 << 20
}
