import Glibc
import Jobs
import Net
import Wire

/// A `ResultStore` in a folder. An object gets its name once it is complete and on the disk.
package final class ResultFolder: ResultStore {
    private let path: String
    private let threads: ThreadPool

    /// - Parameter threads: where all work with the disk is done.
    package init(_ path: String, threads: ThreadPool) {
        self.path = path
        self.threads = threads
    }

    package func checkUsability() async throws(Fault) {
        try await threads.perform { [path] () throws(Fault) in
            try ResultFolder.makeFolder(path)
            guard access(path, R_OK | W_OK | X_OK) == 0 else { throw ResultFolder.fault("open \(path)", errno) }
        }
    }

    package func begin(_ object: ResultObject) async throws(Fault) -> any ResultWriter {
        let key = object.key
        let file = try await threads.perform { [path] () throws(Fault) in
            try ResultFolder.makeFolder(path)
            return try ResultFile(creating: "\(path)/\(key)\(ResultFolder.unfinishedSuffix)")
        }
        return ResultFolderWriter(file, to: "\(path)/\(key)", in: path, threads: threads)
    }

    package func open(_ key: String, _ range: Range<Int64>, of total: Int64) async throws(Fault) -> ResultReader? {
        let opened = try await threads.perform { [path] () throws(Fault) in try ResultFile(reading: "\(path)/\(key)", count: total) }
        guard let file = opened else { return nil }
        let threads = threads
        var offset = range.lowerBound
        return ResultReader(end: { withExtendedLifetime(file) {} }) {
            guard offset < range.upperBound else { return nil }
            let count = Int(min(range.upperBound - offset, Int64(ResultFolder.readBytes)))
            let place = offset
            let piece = try await threads.perform { () throws(Fault) in try file.read(count, at: place) }
            offset += Int64(piece.count)
            return piece[...]
        }
    }

    package func contains(_ key: String, length: Int64) async throws(Fault) -> Bool {
        try await threads.perform { [path] () throws(Fault) in try ResultFile(reading: "\(path)/\(key)", count: length) != nil }
    }

    package func remove(_ key: String) async throws(Fault) {
        try await threads.perform { [path] () throws(Fault) in
            for name in [key, key + ResultFolder.unfinishedSuffix] {
                guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else { throw ResultFolder.fault("remove", errno) }
            }
        }
    }

    /// Removes files that were written longer ago. For a folder of temporary files.
    package func sweep(olderThan age: Duration) async {
        _ = try? await threads.perform { [path] () throws(Fault) in
            guard let directory = opendir(path) else { return }
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
                var status = stat()
                guard lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                    time(nil) - status.st_mtim.tv_sec > age.components.seconds
                else { continue }
                unlink("\(path)/\(name)")
            }
        }
    }

    package func localPath(of key: String) -> String? { "\(path)/\(key)" }

    package func link(to key: String, _ parameters: ResultLink) -> String? { nil }

    /// Makes the last folder of the path: only its owner may open it.
    private static func makeFolder(_ path: String) throws(Fault) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw fault("make \(path)", errno) }
    }

    static func fault(_ action: String, _ code: Int32) -> Fault {
        let isFull = [ENOSPC, EDQUOT, EFBIG].contains(code)
        return Fault(
            isFull ? .storageFull : .storage, "The result could not be stored.", code: isFull ? "storage_full" : "storage_unavailable",
            detail: "results: \(action): \(String(cString: strerror(code)))", retryAfter: .seconds(5))
    }

    private static let unfinishedSuffix = ".part"
    private static let readBytes = 256 * 1024
}

/// A file of the folder that is being written.
private final class ResultFolderWriter: ResultWriter {
    private let file: ResultFile
    private let name: String
    private let folder: String
    private let threads: ThreadPool

    init(_ file: ResultFile, to name: String, in folder: String, threads: ThreadPool) {
        self.file = file
        self.name = name
        self.folder = folder
        self.threads = threads
    }

    func append(_ piece: Slice) async throws(Fault) {
        try await threads.perform { [file] () throws(Fault) in try file.write(piece) }
    }

    func commit() async throws(Fault) {
        try await threads.perform { [file, name, folder] () throws(Fault) in
            try file.synchronize()
            guard rename(file.path, name) == 0 else { throw ResultFolder.fault("rename", errno) }
            try ResultFile(folder: folder).synchronize()
        }
    }

    func abort() async {
        _ = try? await threads.perform { [file] () throws(Fault) in _ = unlink(file.path) }
    }
}

/// A descriptor that is closed with its last reference. Every method blocks.
final class ResultFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Makes an empty file.
    init(creating path: String) throws(Fault) {
        self.path = path
        descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ResultFolder.fault("create", errno) }
    }

    /// Nil if there is no regular file of that length.
    init?(reading path: String, count: Int64) throws(Fault) {
        self.path = path
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw ResultFolder.fault("open", errno)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size == count else { return nil }
    }

    init(folder path: String) throws(Fault) {
        self.path = path
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ResultFolder.fault("open", errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func write(_ piece: Slice) throws(Fault) {
        var rest = piece
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ResultFolder.fault("write", errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Exactly that many bytes.
    func read(_ count: Int, at offset: Int64) throws(Fault) -> Bytes {
        var failure: Int32 = 0
        let bytes = Bytes(unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let step = pread(descriptor, buffer.baseAddress?.advanced(by: done), count - done, Int(offset) + done)
                if step < 0, errno == EINTR { continue }
                guard step > 0 else {
                    failure = step < 0 ? errno : EIO
                    return
                }
                done += step
            }
        }
        guard failure == 0 else { throw ResultFolder.fault("read", failure) }
        return bytes
    }

    func synchronize() throws(Fault) {
        guard fsync(descriptor) == 0 else { throw ResultFolder.fault("sync", errno) }
    }
}

extension ThreadPool {
    /// Runs blocking work on one of the threads. The caller's loop runs other tasks meanwhile.
    func perform<Value: Sendable>(_ work: @Sendable @escaping () throws(Fault) -> Value) async throws(Fault) -> Value {
        let outcome = await withCheckedContinuation { (waiter: CheckedContinuation<Result<Value, Fault>, Never>) in
            submit { waiter.resume(returning: Result { () throws(Fault) in try work() }) }
        }
        return try outcome.get()
    }
}
