import Glibc

/// Inspects the state folder without changing it, so that `genlock check` reports what `serve` would refuse.
package struct StateInspection: Sendable {
    /// Why the server could not start, or not create jobs.
    package private(set) var errors: [String] = []
    /// What works but may be a mistake.
    package private(set) var warnings: [String] = []
    /// The location of the state.
    package let location: String

    /// With less, SQLite and uploads will soon fail.
    private static let minFreeBytes = 64 << 20

    /// - Parameter needsKeys: false where the sealing keys come from the environment.
    package init(_ path: String, needsKeys: Bool = true) {
        location = StateFolder.location(of: path)
        inspect(path, needsKeys: needsKeys)
    }

    private mutating func inspect(_ path: String, needsKeys: Bool) {
        var status = stat()
        guard stat(path, &status) == 0 else { return checkParent(path, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return errors.append("\(path): the state folder is not a folder") }
        if status.st_mode & S_IWOTH != 0 {
            if location != path {
                warnings.append("\(path): every user may write this folder; the private folder \(location) in it is used")
            } else if status.st_uid == geteuid() {
                warnings.append("\(path): every user may write this folder; the server will remove that permission")
            } else {
                return errors.append("\(path): \(StateFolder.ownershipMessage(for: status))")
            }
        }
        if location != path {
            guard lstat(location, &status) == 0 else { return checkWritable(path, status) }
            guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() || geteuid() == 0 else {
                return errors.append("\(location): the private state folder is not a folder of uid \(geteuid())")
            }
        }
        if geteuid() == 0, status.st_uid != 0 {
            warnings.append("\(location): belongs to uid \(status.st_uid); only a check run as that user sees what its server would refuse")
            return checkFreeSpace()
        }
        checkWritable(location, status)
        if needsKeys, let problem = SealKeyFile.problem(in: location) { errors.append(problem) }
        let files = ["journal.sqlite", "runs"].filter { access(location + "/" + $0, F_OK) == 0 }
        for file in files where access(location + "/" + file, R_OK | W_OK) != 0 {
            errors.append("\(location)/\(file): cannot be written by uid \(geteuid()): no job could be created")
        }
        checkFreeSpace()
    }

    private mutating func checkParent(_ path: String, _ code: Int32) {
        guard code == ENOENT else {
            return errors.append("\(path): cannot open the state folder: \(String(cString: strerror(code)))")
        }
        var above = path[...]
        repeat {
            above = above.lastIndex(of: "/").map { above[..<$0] } ?? "."
            if above.isEmpty { above = "/" }
        } while access(String(above), F_OK) != 0 && above != "/" && above != "."
        guard access(String(above), W_OK | X_OK) != 0 else { return }
        warnings.append("\(path): the state folder does not exist, and uid \(geteuid()) cannot create it in \(above)")
    }

    private mutating func checkWritable(_ folder: String, _ status: stat) {
        guard access(folder, R_OK | W_OK | X_OK) != 0 else { return }
        let mode = String(status.st_mode & 0o7777, radix: 8)
        errors.append("\(folder): uid \(geteuid()) cannot write to it (owner \(status.st_uid):\(status.st_gid), mode \(mode))")
    }

    private mutating func checkFreeSpace() {
        var space = statvfs()
        guard statvfs(location, &space) == 0 else { return }
        let free = space.f_bavail.multipliedReportingOverflow(by: UInt(space.f_frsize))
        guard !free.overflow, free.partialValue < StateInspection.minFreeBytes else { return }
        warnings.append("\(location): only \(free.partialValue / 1024) KiB are free on its disk; a full disk refuses creates")
    }
}
