import Glibc
import Wire

/// The folder for data that must survive a restart. Private to the user who runs the program, or to its group (`fsGroup`).
package struct StateFolder: Sendable {
    /// Why the folder or a file in it cannot be used; a message for the operator.
    package struct StateError: Error, CustomStringConvertible {
        package var description: String

        init(_ path: String, _ reason: String) { description = "\(path): \(reason)" }
        /// With the system's message for an errno.
        init(_ path: String, _ action: String, code: Int32) { self.init(path, "\(action): \(String(cString: strerror(code)))") }
    }

    /// The folder itself, or the private one in it.
    package let path: String

    /// Opens the folder; creates it and its parents if needed. In a folder that every user may write, as volumes of Kubernetes often are,
    /// creates and uses a private folder (`location`).
    package init(_ path: String) throws(StateError) {
        try StateFolder.createFolders(path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw StateError(path, "cannot open the state folder", code: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw StateError(path, "the state folder is not a folder") }
        self.path = StateFolder.location(of: path)
        if self.path != path {
            guard mkdir(self.path, 0o700) == 0 || errno == EEXIST else {
                throw StateError(self.path, "cannot create the private state folder", code: errno)
            }
            try StateFolder.restrict(self.path, allowed: 0o700, O_NOFOLLOW)
        } else if status.st_mode & S_IWOTH != 0 {
            try StateFolder.restrict(path, allowed: 0o775)
        }
    }

    package func path(of file: String) -> String { path + "/" + file }

    private static func createFolders(_ path: String) throws(StateError) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        let code = errno
        let above = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        guard code == ENOENT, !above.isEmpty else { throw StateError(path, "cannot create the state folder", code: code) }
        try createFolders(above)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw StateError(path, "cannot create the state folder", code: errno) }
    }

    /// Removes the permissions beyond `allowed` from a folder of ours. Works on a descriptor, so that the checked folder is the changed
    /// one.
    private static func restrict(_ path: String, allowed: mode_t, _ flags: Int32 = 0) throws(StateError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags)
        guard folder >= 0 else { throw StateError(path, "cannot open the state folder", code: errno) }
        defer { close(folder) }
        var status = stat()
        guard fstat(folder, &status) == 0 else { throw StateError(path, "cannot open the state folder", code: errno) }
        let mode = status.st_mode & 0o7777
        guard status.st_uid == geteuid() else { throw StateError(path, StateFolder.ownershipMessage(for: status)) }
        guard mode & ~allowed & 0o777 != 0 else { return }
        guard fchmod(folder, mode & (allowed | 0o7000)) == 0 else {
            throw StateError(path, "the state folder can be written by every user, and its mode cannot be changed", code: errno)
        }
    }

    static func ownershipMessage(for status: stat) -> String {
        status.st_mode & S_IWOTH != 0
            ? "the state folder can be written by every user, holds state, and belongs to uid \(status.st_uid), not to uid \(geteuid()): "
                + "chmod o-w it, or move its files to a private folder \"\(StateFolder.privateFolderName)\" in it"
            : "the private state folder belongs to uid \(status.st_uid), not to uid \(geteuid()): run as that user, or remove it"
    }

    /// Makes the names in the folder durable (fsync).
    func sync() throws(StateError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw StateError(path, "cannot be opened", code: errno) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw StateError(path, "cannot be written to disk", code: errno) }
    }

    /// Writes a new file, readable by its owner only, and flushes it to the disk.
    func createFile(_ file: String, _ bytes: Bytes) throws(StateError) {
        let target = path(of: file)
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StateError(target, "cannot be created", code: errno) }
        defer { close(descriptor) }
        try StateFolder.write(bytes, to: descriptor, target)
        guard fsync(descriptor) == 0 else { throw StateError(target, "cannot be written to disk", code: errno) }
    }
}

extension StateFolder {
    /// Creates or replaces a file atomically: a reader finds the old text or the new one.
    package static func replaceFile(_ file: String, in folder: String, with bytes: Bytes) throws(StateError) {
        let target = folder.hasSuffix("/") ? folder + file : folder + "/" + file
        var draft = Array((folder + "/.\(file).XXXXXX").utf8CString)
        let descriptor = draft.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard descriptor >= 0 else { throw StateError(target, "cannot be written", code: errno) }
        defer { close(descriptor) }
        let name = String(decoding: draft.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do throws(StateError) {
            try write(bytes, to: descriptor, target)
            guard fchmod(descriptor, 0o644) == 0, fsync(descriptor) == 0, rename(name, target) == 0 else {
                throw StateError(target, "cannot be written", code: errno)
            }
        } catch {
            unlink(name)
            throw error
        }
    }

    private static func write(_ bytes: Bytes, to descriptor: Int32, _ target: String) throws(StateError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StateError(target, "cannot be written", code: errno) }
            rest = rest.dropFirst(count)
        }
    }
}

extension StateFolder {
    /// The name of the private folder in a volume that every user may write.
    package static let privateFolderName = "genlock"
    /// Files that show that a folder contains state.
    private static let stateFileNames = [SealKeyFile.fileName, "journal.sqlite"]

    /// The location of the state for a configured folder, without changing anything: the folder itself, or the private folder in it if
    /// every user may write the folder, or if an earlier start has created it.
    package static func location(of path: String) -> String {
        let inside = path.hasSuffix("/") ? path + privateFolderName : path + "/" + privateFolderName
        let hasState = { (folder: String) in stateFileNames.contains { access(folder + "/" + $0, F_OK) == 0 } }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, !hasState(path) else { return path }
        return status.st_mode & S_IWOTH != 0 || hasState(inside) ? inside : path
    }
}
