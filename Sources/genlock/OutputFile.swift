import Glibc
import Wire

/// Where a clip goes: a file that appears under its name only when it is whole, or standard output for `-`.
final class OutputFile {
    let path: String
    private let draft: String
    private var descriptor: Int32
    private(set) var count = 0

    /// Opens the draft beside `path`, so that a place that cannot be written is known before anything is paid.
    init(_ path: String) throws(Complaint) {
        self.path = path
        guard path != "-" else {
            (draft, descriptor) = ("", STDOUT_FILENO)
            return
        }
        draft = "\(path).\(getpid()).part"
        descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Complaint(.badInput, "\(path) cannot be written: \(String(cString: strerror(errno)))") }
    }

    func write(_ bytes: Slice) throws(Complaint) {
        var rest = bytes
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Complaint(.badInput, "\(path) cannot be written: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(written)
        }
        count += bytes.count
    }

    /// Gives the file its name.
    func finish() throws(Complaint) {
        guard path != "-", descriptor >= 0 else { return }
        let isWhole = close(descriptor) == 0
        descriptor = -1
        guard isWhole, rename(draft, path) == 0 else {
            unlink(draft)
            throw Complaint(.badInput, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    /// Leaves nothing behind.
    func abandon() {
        guard path != "-", descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(draft)
    }
}
