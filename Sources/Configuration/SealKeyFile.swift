import Glibc
import Wire

/// The file of sealing keys: its location and its permissions. The key ring parses its content.
package struct SealKeyFile: Sendable {
    package typealias StateError = StateFolder.StateError

    package static let fileName = "seal.keys"
    /// A smaller file cannot contain a key of 32 bytes.
    private static let minBytes = 32
    private static let maxBytes = 64 * 1024

    private let folder: StateFolder
    package var path: String { folder.path(of: SealKeyFile.fileName) }

    package init(in folder: StateFolder) { self.folder = folder }

    /// Whether the file exists.
    package static func exists(in state: String) -> Bool { access(state + "/" + fileName, F_OK) == 0 }

    /// The text of the file. If it does not exist, creates it with the result of `fresh`; of two processes that start together, one wins.
    package func read(orCreate fresh: () -> Bytes) throws(StateError) -> Bytes {
        if let bytes = try read() { return bytes }
        let draft = try writeDraft(fresh())
        defer { unlink(folder.path(of: draft)) }
        if link(folder.path(of: draft), path) != 0, errno != EEXIST { throw StateError(path, "cannot be created", code: errno) }
        try folder.sync()
        guard let bytes = try read() else { throw StateError(path, "disappeared while it was created") }
        return bytes
    }

    /// Prepends `first` to the file, atomically.
    package func add(_ first: Bytes) throws(StateError) {
        let draft = try writeDraft(first + (read() ?? []))
        guard rename(folder.path(of: draft), path) == 0 else { throw StateError(path, "cannot be replaced", code: errno) }
        try folder.sync()
    }

    /// The validated text of the file; nil if it does not exist.
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
        guard bytes.contains(where: { !"0\0 \r\n".utf8.contains($0) }) else { throw StateError(path, "contains only zeros") }
        return bytes
    }

    private static func check(_ status: stat, _ path: String) throws(StateError) {
        guard status.st_mode & S_IFMT == S_IFREG else { throw StateError(path, "is not a file") }
        guard status.st_mode & 0o007 == 0 else { throw StateError(path, "can be read or written by other users: chmod 600 \(path)") }
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw StateError(path, "belongs to another user") }
        guard status.st_size >= SealKeyFile.minBytes else { throw StateError(path, "is too short for a key") }
        guard status.st_size <= SealKeyFile.maxBytes else { throw StateError(path, "is larger than \(SealKeyFile.maxBytes) bytes") }
    }

    /// Kubernetes makes every file of a volume accessible to the pod's group (`fsGroup`) at each mount. Makes our file private again; if
    /// its mode cannot be changed, it must belong to a group of this process.
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

    /// The error that `read` would throw, without changing anything; nil if it would succeed or the file does not exist.
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

    /// Writes a draft next to the file and returns its name. Removes a draft that a crashed process with the same id has left.
    private func writeDraft(_ bytes: Bytes) throws(StateError) -> String {
        let draft = "\(SealKeyFile.fileName).draft.\(getpid())"
        unlink(folder.path(of: draft))
        try folder.createFile(draft, bytes)
        return draft
    }
}
