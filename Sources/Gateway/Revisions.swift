import Synchronization

/// Counts what becomes known of jobs, by groups of them: who has made something of what was known sees whether it still holds.
final class Revisions: Sendable {
    private static let groups = 4096
    private let counts = Mutex([UInt32](repeating: 0, count: groups))

    /// How often something has become known of this job or of others in its group.
    subscript(id: String) -> UInt32 { self[place(of: id)] }

    subscript(place: Int) -> UInt32 { counts.withLock { $0[place] } }

    func place(of id: String) -> Int { Int(UInt(bitPattern: id.hashValue) % UInt(Revisions.groups)) }

    func advance(_ id: String) {
        let place = place(of: id)
        counts.withLock { $0[place] &+= 1 }
    }
}
