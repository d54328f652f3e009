import Glibc

/// Keeps a second program from serving with the same state folder, where it would take the first one's calls for lost ones.
/// The kernel lets go of it when the program ends, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// A folder in which no file can be made is not locked: whoever writes there will hear of it.
    /// - Throws: `.busy` if another program has it.
    init(_ folder: String) throws(StorageFailure) {
        descriptor = Glibc.open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
        close(descriptor)
        throw StorageFailure(.busy, "another program uses the folder \(folder)")
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
