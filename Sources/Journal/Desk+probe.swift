import Glibc

extension Desk {
    /// Writes what a job would need, and takes it away again, where the last write failed or the disk is nearly full. A create that fails
    /// is no good probe: with the server out of rotation no client sends one.
    mutating func probe() {
        guard figures.lastFailure != nil || isSpaceScarce else { return }
        attempt { database throws(StorageFailure) in
            try database.execute(
                "CREATE TABLE IF NOT EXISTS probe (filler BLOB); INSERT INTO probe VALUES (zeroblob(\(Desk.probeBytes))); DROP TABLE probe")
        }
    }

    private var isSpaceScarce: Bool {
        var space = statvfs()
        guard statvfs(folder, &space) == 0 else { return false }
        let (free, overflows) = UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
        return !overflows && free < Desk.scarceBytes
    }

    private static let probeBytes = 64 << 10
    private static let scarceBytes: UInt64 = 1 << 20
}
