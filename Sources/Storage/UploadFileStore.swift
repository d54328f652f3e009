import Glibc
import Jobs
import Wire

/// Uploaded files in one folder of bounded size. A file gets its name once it is complete. Every method blocks.
package struct UploadFileStore {
    /// A file that is being written.
    package struct UnfinishedFile: Sendable { fileprivate let number: Int }

    private struct Writing {
        let descriptor: Int32
        let path: String
        let owner: UploadTokens.OwnerTag?
        var bytes = 0
    }

    private struct Usage {
        var files = 0
        var bytes = 0

        static func += (usage: inout Usage, bytes: Int) { (usage.files, usage.bytes) = (usage.files + 1, usage.bytes + bytes) }
        static func -= (usage: inout Usage, bytes: Int) { (usage.files, usage.bytes) = (usage.files - 1, usage.bytes - bytes) }
    }

    private let path: String
    private let limits: Limits
    private var writing: [Int: Writing] = [:]
    private var lastNumber = 0
    /// The sizes of the files by name; nil until the folder has been read.
    private var sizes: [String: Int]?
    /// Includes unfinished files. In total, and by owner.
    private var total = Usage()
    private var usage: [UploadTokens.OwnerTag: Usage] = [:]

    package init(_ path: String, limits: Limits) {
        self.path = path
        self.limits = limits
    }

    /// Begins a file to which `commit` will give that name.
    /// - Throws: `.storageFull` if the folder is full, or if the owner uses its share: as much as is still free.
    package mutating func begin(_ name: String) throws(Fault) -> UnfinishedFile {
        _ = try loadFolder()
        let owner = UploadTokens.ownerTag(of: name)
        let free = limits.maxStoredUploads - total.files
        guard free > 0 else { throw UploadFileStore.full }
        guard owner.flatMap({ usage[$0]?.files }) ?? 0 < free else { throw UploadFileStore.shareExceeded }
        lastNumber += 1
        let file = "\(path)/\(UploadFileStore.unfinishedPrefix)\(getpid())-\(lastNumber)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw UploadFileStore.storageFault("open", errno) }
        writing[lastNumber] = Writing(descriptor: descriptor, path: file, owner: owner)
        addUsage(0, of: owner)
        return UnfinishedFile(number: lastNumber)
    }

    /// - Throws: `.tooLarge` beyond the limit of one file, `.storageFull` if the folder or the disk is full, `.storage` if writing fails.
    package mutating func append(_ piece: Slice, to part: UnfinishedFile) throws(Fault) {
        guard var file = writing[part.number] else { throw UploadFileStore.storageFault("write", EBADF) }
        guard file.bytes + piece.count <= limits.maxUploadBytes else {
            throw Fault(.tooLarge, "A file may have at most \(limits.maxUploadBytes) bytes.", code: "file_too_large")
        }
        let free = limits.maxStoredUploadBytes - total.bytes
        guard piece.count <= free else { throw UploadFileStore.full }
        let own = file.owner.flatMap { usage[$0]?.bytes } ?? 0
        guard own + piece.count <= free else { throw UploadFileStore.shareExceeded }
        var rest = piece
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file.descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw UploadFileStore.storageFault("write", errno) }
            rest = rest.dropFirst(count)
        }
        file.bytes += piece.count
        writing[part.number] = file
        total.bytes += piece.count
        if let owner = file.owner { usage[owner]?.bytes += piece.count }
    }

    /// Appends the content of another file in the folder.
    /// - Returns: false if there is no file of that name.
    package mutating func append(file name: String, to part: UnfinishedFile) throws(Fault) -> Bool {
        let descriptor = open(path + "/" + name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var buffer = Bytes(repeating: 0, count: UploadFileStore.copyBytes)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw UploadFileStore.storageFault("read", errno) }
            guard count > 0 else { return true }
            try append(buffer[..<count], to: part)
        }
    }

    /// Completes the file under that name, and replaces an earlier file.
    package mutating func commit(_ part: UnfinishedFile, as name: String) throws(Fault) {
        guard let file = writing.removeValue(forKey: part.number) else { throw UploadFileStore.storageFault("rename", EBADF) }
        close(file.descriptor)
        guard rename(file.path, path + "/" + name) == 0 else {
            let code = errno
            unlink(file.path)
            removeUsage(file.bytes, of: file.owner)
            throw UploadFileStore.storageFault("rename", code)
        }
        if let replaced = sizes?[name] { removeUsage(replaced, of: UploadTokens.ownerTag(of: name)) }
        sizes?[name] = file.bytes
    }

    package mutating func discard(_ part: UnfinishedFile) {
        guard let file = writing.removeValue(forKey: part.number) else { return }
        close(file.descriptor)
        unlink(file.path)
        removeUsage(file.bytes, of: file.owner)
    }

    /// The size in bytes; nil if there is no file of that name.
    package func size(of name: String) -> Int? {
        var status = stat()
        guard lstat(path + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// The whole file; nil if there is no file of that name or it is larger than that.
    package func read(_ name: String, atMost size: Int) throws(Fault) -> Bytes? {
        let descriptor = open(path + "/" + name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw UploadFileStore.storageFault("open", errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw UploadFileStore.storageFault("read", errno) }
        guard status.st_size <= size else { return nil }
        var bytes = Bytes(repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw UploadFileStore.storageFault("read", errno) }
            done += count
        }
        return bytes
    }

    /// Deletes the files that have expired, and the unfinished ones of an earlier run. Does not create the folder.
    package mutating func sweep(_ isExpired: @Sendable (String) -> Bool) {
        guard sizes != nil || access(path, F_OK) == 0, let known = try? loadFolder() else { return }
        for name in known.keys where isExpired(name) {
            unlink(path + "/" + name)
            if let gone = sizes?.removeValue(forKey: name) { removeUsage(gone, of: UploadTokens.ownerTag(of: name)) }
        }
    }

    private mutating func addUsage(_ bytes: Int, of owner: UploadTokens.OwnerTag?) {
        total += bytes
        if let owner { usage[owner, default: Usage()] += bytes }
    }

    private mutating func removeUsage(_ bytes: Int, of owner: UploadTokens.OwnerTag?) {
        total -= bytes
        guard let owner else { return }
        usage[owner]? -= bytes
        if usage[owner]?.files == 0 { usage[owner] = nil }
    }

    /// Reads the folder once: creates it if necessary, and deletes the unfinished files of an earlier run.
    private mutating func loadFolder() throws(Fault) -> [String: Int] {
        if let sizes { return sizes }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw UploadFileStore.storageFault("make", errno) }
        guard let directory = opendir(path) else { throw UploadFileStore.storageFault("list", errno) }
        defer { closedir(directory) }
        var found: [String: Int] = [:]
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            var status = stat()
            guard lstat(path + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if name.hasPrefix(UploadFileStore.unfinishedPrefix) {
                unlink(path + "/" + name)
            } else {
                found[name] = Int(status.st_size)
            }
        }
        sizes = found
        for (name, bytes) in found { addUsage(bytes, of: UploadTokens.ownerTag(of: name)) }
        return found
    }

    private static let unfinishedPrefix = "unfinished-"
    private static let full = Fault(
        .storageFull, "The space for uploads is full at the moment. Uploads are deleted after a day.", code: "storage_full",
        retryAfter: .seconds(60))

    private static let shareExceeded = Fault(
        .storageFull, "The uploads of this API key use as much space as is left for all others. Uploads are deleted after a day.",
        code: "storage_full", retryAfter: .seconds(60))
    private static let copyBytes = 256 * 1024

    private static func storageFault(_ action: String, _ code: Int32) -> Fault {
        let isFull = code == ENOSPC || code == EDQUOT
        return Fault(
            isFull ? .storageFull : .storage, "The file could not be stored.", code: isFull ? "storage_full" : "storage_unavailable",
            detail: "uploads: \(action): \(String(cString: strerror(code)))", retryAfter: .seconds(5))
    }
}
