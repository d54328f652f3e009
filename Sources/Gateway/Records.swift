import Jobs
import Journal
import Seal
import Synchronization
import Wire

/// What is known of jobs beside what their ids say and their vendors tell: kept in memory, and read from the journal once where it is not.
final class Records: Sendable {
    struct Record: Sendable {
        /// Whose job it is; nil where only the id is known.
        var owner: String?
        var prompt: String?
        var previous: String?
        /// Expected, or settled once the job has ended.
        var cost: Money?
        /// What the vendor said that it costs.
        var told: Money?
        var isDeleted = false
        /// Of a job that was offered to another model: the sealed id of the attempt made now, and what that says once it was opened.
        var current: String?
        var attempt: Claims?
        /// What the owner is told about that.
        var moved: String?
        /// Since when the job has failed and waits for room elsewhere.
        var failed: Instant?
        /// What was read from the finished clip.
        var seconds: Double?
        var size: String?
        /// When the first end was recorded; a fault with it is that end.
        var ended: Timestamp?
        var fault: Fault?
        /// The sealed claims, where the id does not hold them: it is that of an intent whose job was found later, or refers to the journal.
        var found: String?
        /// A cancel call was sent for it, and was not refused.
        var isCancelRequested = false

        fileprivate var weight: Int { prompt?.utf8.count ?? 0 }
    }

    fileprivate struct Table {
        var records: [String: Record] = [:]
        /// Some of these may be gone.
        var row = FIFOQueue<String>()
        var promptBytes = 0
    }

    private let table = Mutex(Table())
    private let most: Int
    private let mostPromptBytes: Int
    private let revisions: Revisions

    init(limits: Limits, revisions: Revisions = Revisions()) {
        self.revisions = revisions
        most = limits.rememberedJobs
        mostPromptBytes = limits.rememberedPromptBytes
    }

    subscript(id: String) -> Record? { table.withLock { $0.records[id] } }

    /// What is known already stays: it is newer than what a slow reader brings.
    /// - Returns: what is known now.
    @discardableResult
    func keep(_ id: String, _ record: Record) -> Record {
        table.withLock { table in
            if let known = table.records[id] { return known }
            table.add(id, record)
            while table.records.count > most || table.promptBytes > mostPromptBytes, table.dropOldest() {}
            return record
        }
    }

    /// Changes what is known, if anything is.
    func change(_ id: String, _ body: (inout Record) -> Void) {
        table.withLock { table in
            guard var record = table.records[id] else { return }
            body(&record)
            table.records[id] = record
        }
        revisions.advance(id)
    }

    func delete(_ id: String) { replace(id, Record(isDeleted: true)) }

    /// What is known from now on, whatever was known.
    func replace(_ id: String, _ record: Record) {
        table.withLock { table in
            table.remove(id)
            table.add(id, record)
        }
        revisions.advance(id)
    }
}

extension Records.Table {
    fileprivate mutating func add(_ id: String, _ record: Records.Record) {
        records[id] = record
        row.append(id)
        promptBytes += record.weight
    }

    fileprivate mutating func remove(_ id: String) {
        guard let record = records.removeValue(forKey: id) else { return }
        promptBytes -= record.weight
    }

    fileprivate mutating func dropOldest() -> Bool {
        guard let id = row.popFirst() else { return false }
        remove(id)
        return true
    }
}

extension Records.Record {
    init(_ entry: Entry) {
        owner = entry.owner
        prompt = entry.prompt
        previous = entry.previous
        cost = entry.settled ?? entry.reserved
        isDeleted = entry.state == .deleted
        ended = entry.ended
        found = entry.found
        current = entry.current
        moved = entry.moved
        seconds = entry.seconds
        size = entry.size
        if [.failed, .cancelled, .ambiguous].contains(entry.state) { fault = entry.fault }
    }
}
