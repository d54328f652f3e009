import Jobs
import Net
import Synchronization
import Wire

/// The shelf of uploads with a thread of its own, so that no loop waits for the disk.
final class UploadFolder: Sendable {
    private let shelf: Mutex<UploadShelf>
    private let threads = Threads("uploads")

    init(_ path: String, limits: Limits) { shelf = Mutex(UploadShelf(path, limits: limits)) }

    func begin(_ name: String) async throws(Fault) -> UploadShelf.Part {
        try await work { shelf throws(Fault) in try shelf.begin(name) }
    }

    /// - Returns: false if there is no file of that name.
    func append(file name: String, to part: UploadShelf.Part) async throws(Fault) -> Bool {
        try await work { shelf throws(Fault) in try shelf.append(file: name, to: part) }
    }

    /// How many bytes the file has; nil if there is none of that name.
    func size(of name: String) async throws(Fault) -> Int? {
        try await work { shelf throws(Fault) in shelf.size(of: name) }
    }

    func append(_ piece: Slice, to part: UploadShelf.Part) async throws(Fault) {
        try await work { shelf throws(Fault) in try shelf.append(piece, to: part) }
    }

    func keep(_ part: UploadShelf.Part, as name: String) async throws(Fault) {
        try await work { shelf throws(Fault) in try shelf.keep(part, as: name) }
    }

    /// The whole file; nil if there is none of that name within that size.
    func read(_ name: String, atMost size: Int) async throws(Fault) -> Bytes? {
        try await work { shelf throws(Fault) in try shelf.read(name, atMost: size) }
    }

    /// No caller waits for it.
    func drop(_ part: UploadShelf.Part) {
        threads.submit { self.shelf.withLock { $0.drop(part) } }
    }

    /// No caller waits for it.
    func dropParts(of name: String) { sweep { $0.hasPrefix(name + ".") } }

    /// No caller waits for it.
    func sweep(_ isOver: @Sendable @escaping (String) -> Bool) {
        threads.submit { self.shelf.withLock { $0.sweep(isOver) } }
    }

    private func work<Value: Sendable>(
        _ verb: @Sendable @escaping (inout UploadShelf) throws(Fault) -> Value
    ) async throws(Fault) -> Value {
        let outcome = await withCheckedContinuation { (waiter: CheckedContinuation<Result<Value, Fault>, Never>) in
            threads.submit {
                waiter.resume(returning: self.shelf.withLock { shelf -> Result<Value, Fault> in
                    do throws(Fault) { return .success(try verb(&shelf)) } catch { return .failure(error) }
                })
            }
        }
        return try outcome.get()
    }
}
