import Glibc

/// Shows other programs with the same state folder that this run is alive: a lock on one byte of a file, at the offset of the run's number.
/// The kernel lets go of it when the program ends, however it ends. So nobody takes a living run's calls for lost ones.
final class RunMark {
    /// Picked at random.
    let number = Int64.random(in: 1..<Int64.max)
    private let descriptor: Int32

    init(in folder: String) throws(StorageFailure) {
        descriptor = Glibc.open(folder + "/runs", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw RunMark.failure() }
        var range = RunMark.byte(number)
        guard fcntl(descriptor, RunMark.setLock, &range) == 0 else { throw RunMark.failure() }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Whether that run may still write down what became of its calls.
    func isAlive(_ run: Int64) -> Bool {
        guard run > 0 else { return false }
        guard run != number else { return true }
        var range = RunMark.byte(run)
        return fcntl(descriptor, RunMark.getLock, &range) != 0 || range.l_type != Int16(F_UNLCK)
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

    private static func failure() -> StorageFailure {
        let kind: StorageFailure.Kind = errno == EROFS ? .readOnly : errno == ENOSPC ? .full : .unopenable
        return StorageFailure(kind, "the file of running programs: \(String(cString: strerror(errno)))")
    }
}
