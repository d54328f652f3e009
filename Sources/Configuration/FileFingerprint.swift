import Glibc

/// Detects that a file was changed or replaced, without reading it. The fingerprints of missing files are equal.
package struct FileFingerprint: Sendable, Equatable {
    private var numbers: [Int] = []

    package init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        numbers = [
            Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }
}
