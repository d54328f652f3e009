import Synchronization

/// The intents of this run whose outcome has not been written yet. One that is in the file and not here was refused: a commit whose sync
/// fails may still be found in the file afterwards.
final class PendingIntents: Sendable {
    private let ids = Mutex<Set<String>>([])

    func insert(_ id: String) { ids.withLock { _ = $0.insert(id) } }
    func remove(_ id: String) { ids.withLock { _ = $0.remove(id) } }
    func contains(_ id: String) -> Bool { ids.withLock { $0.contains(id) } }
}
