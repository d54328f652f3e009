import Synchronization
import Wire

/// Lets one request read the head of a video, once per video; other requests for the same video wait for it. Shared by all loops.
package final class ClipProbes: Sendable {
    private struct Table {
        var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]
        var read: TwoGenerationCache<String, Bool>
    }

    private let table: Mutex<Table>

    package init(capacity: Int) { table = Mutex(Table(read: TwoGenerationCache(capacity: capacity))) }

    /// - Returns: true if the caller must read the video and then call `finish`; false if it has already been read.
    package func begin(_ clip: String) async -> Bool {
        let isFirst: Bool? = table.withLock { table in
            if table.read[clip] == true { return false }
            if table.waiting[clip] != nil { return nil }
            table.waiting[clip] = []
            return true
        }
        if let isFirst { return isFirst }
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isOver = table.withLock { table in
                guard table.waiting[clip] != nil else { return true }
                table.waiting[clip]?.append(waiter)
                return false
            }
            if isOver { waiter.resume() }
        }
        return false
    }

    package func finish(_ clip: String) {
        let waiters = table.withLock { table in
            table.read.store(clip, true)
            return table.waiting.removeValue(forKey: clip) ?? []
        }
        for waiter in waiters { waiter.resume() }
    }
}
