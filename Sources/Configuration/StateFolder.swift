import Glibc
import Wire

/// The folder that holds what must survive a restart. Private to the user who runs the program.
package struct StateFolder: Sendable {
    /// Why the folder or a file in it cannot be used, in words for the operator.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        init(_ path: String, _ reason: String) { description = "\(path): \(reason)" }
        /// What the system said about the last call.
        init(_ path: String, _ action: String, code: Int32) { self.init(path, "\(action): \(String(cString: strerror(code)))") }
    }

    package let path: String

    /// Opens the folder; makes it, and those above it, where there is none.
    package init(_ path: String) throws(Failure) {
        self.path = path
        try StateFolder.make(path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw Failure(path, "the state folder cannot be opened", code: errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw Failure(path, "the state folder is not a folder") }
        guard status.st_mode & S_IWOTH == 0 else {
            throw Failure(path, "the state folder can be written by everybody (chmod 700 would help)")
        }
    }

    package func path(of file: String) -> String { path + "/" + file }

    private static func make(_ path: String) throws(Failure) {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        let code = errno
        let above = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        guard code == ENOENT, !above.isEmpty else { throw Failure(path, "the state folder cannot be made", code: code) }
        try make(above)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Failure(path, "the state folder cannot be made", code: errno) }
    }

    /// Makes names in the folder survive a power cut.
    func sync() throws(Failure) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Failure(path, "cannot be opened", code: errno) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Failure(path, "cannot be written to disk", code: errno) }
    }

    /// Writes a file that must not exist, readable by its owner alone, down to the disk.
    func create(_ file: String, _ bytes: Bytes) throws(Failure) {
        let target = path(of: file)
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(target, "cannot be made", code: errno) }
        defer { close(descriptor) }
        try StateFolder.write(bytes, to: descriptor, target)
        guard fsync(descriptor) == 0 else { throw Failure(target, "cannot be written to disk", code: errno) }
    }
}

extension StateFolder {
    /// Puts a file into a folder, or a new text in its place: a reader finds the old text or the new one, never a part.
    package static func replace(_ file: String, in folder: String, with bytes: Bytes) throws(Failure) {
        let target = folder.hasSuffix("/") ? folder + file : folder + "/" + file
        var draft = Array((folder + "/.\(file).XXXXXX").utf8CString)
        let descriptor = draft.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard descriptor >= 0 else { throw Failure(target, "cannot be written", code: errno) }
        defer { close(descriptor) }
        let name = String(decoding: draft.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do throws(Failure) {
            try write(bytes, to: descriptor, target)
            guard fchmod(descriptor, 0o644) == 0, fsync(descriptor) == 0, rename(name, target) == 0 else {
                throw Failure(target, "cannot be written", code: errno)
            }
        } catch {
            unlink(name)
            throw error
        }
    }

    private static func write(_ bytes: Bytes, to descriptor: Int32, _ target: String) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(target, "cannot be written", code: errno) }
            rest = rest.dropFirst(count)
        }
    }
}
