import Jobs
import Net
import Synchronization
import Wire

/// Runs an `UploadFileStore` on its own thread, so that no event loop waits for the disk.
package final class UploadStore: Sendable {
    private let fileStore: Mutex<UploadFileStore>
    private let threads = ThreadPool("uploads")

    package init(_ path: String, limits: Limits) { fileStore = Mutex(UploadFileStore(path, limits: limits)) }

    package func begin(_ name: String) async throws(Fault) -> UploadFileStore.UnfinishedFile {
        try await perform { fileStore throws(Fault) in try fileStore.begin(name) }
    }

    /// - Returns: false if there is no file of that name.
    package func append(file name: String, to part: UploadFileStore.UnfinishedFile) async throws(Fault) -> Bool {
        try await perform { fileStore throws(Fault) in try fileStore.append(file: name, to: part) }
    }

    /// The size in bytes; nil if there is no file of that name.
    package func size(of name: String) async throws(Fault) -> Int? {
        try await perform { fileStore throws(Fault) in fileStore.size(of: name) }
    }

    package func append(_ piece: Slice, to part: UploadFileStore.UnfinishedFile) async throws(Fault) {
        try await perform { fileStore throws(Fault) in try fileStore.append(piece, to: part) }
    }

    package func commit(_ part: UploadFileStore.UnfinishedFile, as name: String) async throws(Fault) {
        try await perform { fileStore throws(Fault) in try fileStore.commit(part, as: name) }
    }

    /// The whole file; nil if there is no file of that name or it is larger than that.
    package func read(_ name: String, atMost size: Int) async throws(Fault) -> Bytes? {
        try await perform { fileStore throws(Fault) in try fileStore.read(name, atMost: size) }
    }

    /// Returns before it is done.
    package func discard(_ part: UploadFileStore.UnfinishedFile) {
        threads.submit { self.fileStore.withLock { $0.discard(part) } }
    }

    /// Deletes the parts of a multipart upload. Returns before it is done.
    package func discardParts(of name: String) { sweep { $0.hasPrefix(name + ".") } }

    /// Returns before it is done.
    package func sweep(_ isExpired: @Sendable @escaping (String) -> Bool) {
        threads.submit { self.fileStore.withLock { $0.sweep(isExpired) } }
    }

    private func perform<Value: Sendable>(
        _ operation: @Sendable @escaping (inout UploadFileStore) throws(Fault) -> Value
    ) async throws(Fault) -> Value {
        let outcome = await withCheckedContinuation { (waiter: CheckedContinuation<Result<Value, Fault>, Never>) in
            threads.submit {
                waiter.resume(
                    returning: self.fileStore.withLock { fileStore -> Result<Value, Fault> in
                        do throws(Fault) { return .success(try operation(&fileStore)) } catch { return .failure(error) }
                    })
            }
        }
        return try outcome.get()
    }
}
