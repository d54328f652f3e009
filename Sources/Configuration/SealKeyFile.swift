import Glibc
import Wire

/// The file of sealing keys: only where it lies and who may read it. What stands in it is the key ring's business.
package struct SealKeyFile: Sendable {
    package typealias StateError = StateFolder.StateError

    package static let fileName = "seal.keys"
    /// A file with less cannot hold one key of 32 bytes.
    private static let minBytes = 32
    private static let maxBytes = 64 * 1024

    private let folder: StateFolder
    package var path: String { folder.path(of: SealKeyFile.fileName) }

    package init(in folder: StateFolder) { self.folder = folder }

    /// Whether there is such a file, for telling so without touching anything.
    package static func exists(in state: String) -> Bool { access(state + "/" + fileName, F_OK) == 0 }

    /// The text of the file. Where there is none it is made of what `fresh` gives, and of two processes that start together one wins.
    package func read(orCreate fresh: () -> Bytes) throws(StateError) -> Bytes {
        if let bytes = try read() { return bytes }
        let draft = try writeDraft(fresh())
        defer { unlink(folder.path(of: draft)) }
        if link(folder.path(of: draft), path) != 0, errno != EEXIST { throw StateError(path, "cannot be made", code: errno) }
        try folder.sync()
        guard let bytes = try read() else { throw StateError(path, "vanished while it was made") }
        return bytes
    }

    /// Puts `first` in front of what is in the file, in one step that a crash cannot cut in half.
    package func add(_ first: Bytes) throws(StateError) {
        let draft = try writeDraft(first + (read() ?? []))
        guard rename(folder.path(of: draft), path) == 0 else { throw StateError(path, "cannot be replaced", code: errno) }
        try folder.sync()
    }

    /// The checked text of the file; nil if there is no such file.
    package func read() throws(StateError) -> Bytes? {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw StateError(path, "cannot be read", code: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw StateError(path, "cannot be read", code: errno) }
        try SealKeyFile.check(status, path)
        if status.st_mode & 0o070 != 0 { try revokeGroupAccess(file, status) }
        var bytes = Bytes(repeating: 0, count: Int(status.st_size))
        guard Glibc.read(file, &bytes, bytes.count) == bytes.count else { throw StateError(path, "cannot be read", code: errno) }
        guard bytes.contains(where: { !"0\0 \r\n".utf8.contains($0) }) else { throw StateError(path, "holds nothing but zeros") }
        return bytes
    }

    private static func check(_ status: stat, _ path: String) throws(StateError) {
        guard status.st_mode & S_IFMT == S_IFREG else { throw StateError(path, "is not a file") }
        guard status.st_mode & 0o007 == 0 else { throw StateError(path, "can be read or written by other users: chmod 600 \(path)") }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw StateError(path, "belongs to another user") }
        guard status.st_size >= SealKeyFile.minBytes else { throw StateError(path, "is too short to hold a key") }
        guard status.st_size <= SealKeyFile.maxBytes else { throw StateError(path, "is larger than \(SealKeyFile.maxBytes) bytes") }
    }

    /// Kubernetes gives every file of a volume to the pod's group (`fsGroup`) at each mount. A file of our own is made private again; one
    /// whose mode cannot be changed may belong to a group that this process is in.
    private func revokeGroupAccess(_ file: Int32, _ status: stat) throws(StateError) {
        if status.st_uid == geteuid(), fchmod(file, status.st_mode & 0o700) == 0 { return }
        guard SealKeyFile.isOwnGroup(status.st_gid) else {
            throw StateError(path, "can be read or written by the group \(status.st_gid), which this program is not in: chmod 600 \(path)")
        }
    }

    private static func isOwnGroup(_ group: gid_t) -> Bool {
        var groups = [gid_t](repeating: 0, count: Int(max(0, getgroups(0, nil))))
        let count = getgroups(Int32(groups.count), &groups)
        return group == getegid() || groups.prefix(Int(max(0, count))).contains(group)
    }

    /// What `read` would refuse, found without changing anything; nil if it would take the file or there is none.
    package static func problem(in state: String) -> String? {
        let path = state + "/" + fileName
        var status = stat()
        guard stat(path, &status) == 0 else { return errno == ENOENT ? nil : StateError(path, "cannot be read", code: errno).description }
        do throws(StateError) { try check(status, path) } catch { return error.description }
        if status.st_mode & 0o070 != 0, status.st_uid != geteuid(), geteuid() != 0, !isOwnGroup(status.st_gid) {
            return "\(path): can be read or written by the group \(status.st_gid), which this program is not in"
        }
        return access(path, R_OK) == 0 ? nil : StateError(path, "cannot be read", code: errno).description
    }

    /// Writes a draft beside the file and gives its name. A draft left by a crashed process with the same number is thrown away.
    private func writeDraft(_ bytes: Bytes) throws(StateError) -> String {
        let draft = "\(SealKeyFile.fileName).draft.\(getpid())"
        unlink(folder.path(of: draft))
        try folder.createFile(draft, bytes)
        return draft
    }
}
