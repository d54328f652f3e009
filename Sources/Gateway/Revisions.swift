import Synchronization

/// Counts what becomes known of jobs, by groups of them: who has made something of what was known sees whether it still holds.
final class Revisions: Sendable {
    /// How often something had become known of a job, or of others in its group.
    struct Mark: Sendable {
        fileprivate let place: Int
        fileprivate let count: UInt32
    }

    private static let groups = 4096
    private let counts = Mutex([UInt32](repeating: 0, count: groups))

    func mark(of id: String) -> Mark {
        let place = place(of: id)
        return Mark(place: place, count: counts.withLock { $0[place] })
    }

    /// Whether nothing has become known since.
    func holds(_ mark: Mark) -> Bool { counts.withLock { $0[mark.place] } == mark.count }

    func advance(_ id: String) {
        let place = place(of: id)
        counts.withLock { $0[place] &+= 1 }
    }

    private func place(of id: String) -> Int { Int(UInt(bitPattern: id.hashValue) % UInt(Revisions.groups)) }
}
