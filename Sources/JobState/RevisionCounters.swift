import Synchronization

/// Counts changes to jobs, by group of jobs, so that a cached result can be checked for staleness.
package final class RevisionCounters: Sendable {
    /// The change count of a job's group at one moment.
    package struct Revision: Sendable {
        fileprivate let place: Int
        fileprivate let count: UInt32
    }

    private static let groups = 4096
    private let counts = Mutex([UInt32](repeating: 0, count: groups))

    package init() {}

    package func revision(of id: String) -> Revision {
        let place = place(of: JobKey(id))
        return Revision(place: place, count: counts.withLock { $0[place] })
    }

    /// Whether nothing in the job's group has changed since.
    package func isCurrent(_ mark: Revision) -> Bool { counts.withLock { $0[mark.place] } == mark.count }

    func advance(_ key: JobKey) {
        let place = place(of: key)
        counts.withLock { $0[place] &+= 1 }
    }

    private func place(of key: JobKey) -> Int { Int(key.hash >> 32) % RevisionCounters.groups }
}
