import Glibc

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
