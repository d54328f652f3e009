import Glibc
import Wire

/// The output of a video: a file that gets its name only when it is complete, or standard output for `-`. Devices and pipes are written
/// directly.
final class OutputFile {
    let path: String
    private let replacesFile: Bool
    private let draft: String
    private var descriptor: Int32 = -1
    private(set) var count = 0

    /// Checks that the file can be written, before anything is paid. Leaves no file.
    /// - Parameter replacesFile: whether a file of that name may be overwritten.
    init(_ path: String, replacesFile: Bool = false) throws(CLIError) {
        self.replacesFile = replacesFile
        var status = stat()
        let exists = path != "-" && lstat(path, &status) == 0
        if path == "-" || stat(path, &status) == 0 && [S_IFCHR, S_IFIFO].contains(status.st_mode & S_IFMT) {
            (self.path, draft) = (path, "")
            descriptor = path == "-" ? STDOUT_FILENO : try OutputFile.open(path, O_WRONLY)
            return
        }
        if path.isEmpty || path.hasSuffix("/") || exists && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR {
            throw CLIError(.badInput, "--output \"\(path)\" is a folder: name a file, as in \(OutputFile.example(in: path))")
        }
        guard !exists || replacesFile else {
            throw CLIError(.badInput, "\(path) exists already: choose another --output, or --force to overwrite it")
        }
        self.path = path
        draft = "\(exists ? OutputFile.target(of: path) : path).\(getpid()).part"
        unlink(draft)
        close(try OutputFile.open(draft, O_WRONLY | O_CREAT | O_EXCL, for: path))
        unlink(draft)
    }

    private static func example(in folder: String) -> String {
        folder.isEmpty ? "out.mp4" : folder.hasSuffix("/") ? folder + "out.mp4" : folder + "/out.mp4"
    }

    /// The target of a symbolic link; a dangling link is replaced.
    private static func target(of path: String) -> String {
        guard let target = realpath(path, nil) else { return path }
        defer { free(target) }
        return String(cString: target)
    }

    private static func open(_ file: String, _ flags: Int32, for path: String? = nil) throws(CLIError) -> Int32 {
        let descriptor = Glibc.open(file, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw writeError(path ?? file, code: errno) }
        return descriptor
    }

    private static func writeError(_ path: String, code: Int32) -> CLIError {
        CLIError(.badInput, "cannot write \(path): \(String(cString: strerror(code)))")
    }

    func write(_ bytes: Slice) throws(CLIError) {
        if descriptor < 0 { descriptor = try OutputFile.open(draft, O_WRONLY | O_CREAT | O_EXCL, for: path) }
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw OutputFile.writeError(path, code: errno) }
            rest = rest.dropFirst(written)
        }
        count += bytes.count
    }

    /// Renames the complete file to its final name.
    func finish() throws(CLIError) {
        guard !draft.isEmpty, descriptor >= 0 else { return }
        let code = close(descriptor) == 0 ? rename() : errno
        descriptor = -1
        guard code != 0 else { return }
        unlink(draft)
        if code == EEXIST { throw CLIError(.badInput, "\(path) was created meanwhile: use --force to overwrite it") }
        throw OutputFile.writeError(path, code: code)
    }

    /// - Returns: 0, or the errno of the failure.
    private func rename() -> Int32 {
        let target = draft.dropLast(".\(getpid()).part".count)
        if !replacesFile {
            // link(2) never replaces a file, unlike rename(2). Not every file system supports it.
            if link(draft, String(target)) == 0 {
                unlink(draft)
                return 0
            }
            if errno == EEXIST || access(String(target), F_OK) == 0 { return EEXIST }
        }
        return Glibc.rename(draft, String(target)) == 0 ? 0 : errno
    }

    /// Removes the incomplete file.
    func abandon() {
        guard !draft.isEmpty, descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(draft)
    }
}
