import Glibc

/// Inspects the folder of results without changing it, so that `genlock check` reports what keeping a result would refuse.
package struct ResultFolderInspection: Sendable {
    /// Why no result could be kept.
    package private(set) var errors: [String] = []
    /// What works but may be a mistake.
    package private(set) var warnings: [String] = []

    private static let minFreeBytes: UInt = 1 << 30

    package init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            checkParent(of: path, errno)
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            errors.append("\(path): the folder of results is not a folder")
            return
        }
        if access(path, R_OK | W_OK | X_OK) != 0 { errors.append("\(path): uid \(geteuid()) cannot write to the folder of results") }
        if status.st_mode & (S_IROTH | S_IWOTH) != 0 {
            warnings.append("\(path): every user of this machine may open the folder of results: give it mode 0700")
        }
        checkFreeSpace(path)
    }

    /// The server makes the folder itself, but not the one above it.
    private mutating func checkParent(of path: String, _ code: Int32) {
        guard code == ENOENT else {
            errors.append("\(path): cannot open the folder of results: \(String(cString: strerror(code)))")
            return
        }
        let above = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard access(above, F_OK) == 0 else {
            errors.append("\(path): the folder of results cannot be made: there is no folder \(above)")
            return
        }
        if access(above, W_OK | X_OK) != 0 { errors.append("\(path): uid \(geteuid()) cannot make the folder of results in \(above)") }
    }

    private mutating func checkFreeSpace(_ path: String) {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return }
        let free = space.f_bavail.multipliedReportingOverflow(by: UInt(space.f_frsize))
        guard !free.overflow, free.partialValue < ResultFolderInspection.minFreeBytes else { return }
        warnings.append("\(path): only \(free.partialValue >> 20) MiB are free on the disk of the results")
    }
}
