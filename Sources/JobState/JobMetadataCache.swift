import Jobs
import Journal
import Seal
import Synchronization
import Wire

/// Job data that is neither in the id nor reported by the vendor. Kept in memory, and read from the journal once if absent.
package final class JobMetadataCache: Sendable {
    package struct JobMetadata: Sendable {
        /// The owner's name; nil if only the id is known.
        package var owner: String?
        package var prompt: String?
        package var previous: String?
        /// The expected cost; the settled cost once the job has ended.
        package var cost: Money?
        /// The cost that the vendor reported.
        package var reportedCost: Money?
        package var isDeleted = false
        /// For a job that failed over to another model: the sealed id of the current attempt, and its claims once opened.
        package var currentAttemptID: String?
        package var currentClaims: Claims?
        /// The note about the failover for the owner.
        package var failoverNote: String?
        /// When the job failed, if it waits for a free slot at another account.
        package var failingSince: Instant?
        /// Read from the finished video.
        package var seconds: Double?
        package var size: String?
        /// When the job's end was first recorded; `fault` is set if it failed.
        package var ended: Timestamp?
        package var fault: Fault?
        /// The sealed claims if the id does not hold them: the id of an intent whose job was found later, or a reference to the journal.
        package var sealedClaims: String?
        /// A cancel call was sent and not refused.
        package var isCancelRequested = false
        /// Until when this server keeps the video.
        package var keptUntil: Timestamp?

        package init(
            owner: String? = nil, prompt: String? = nil, previous: String? = nil, cost: Money? = nil, reportedCost: Money? = nil,
            isDeleted: Bool = false, currentAttemptID: String? = nil, currentClaims: Claims? = nil, failoverNote: String? = nil,
            failingSince: Instant? = nil, seconds: Double? = nil, size: String? = nil, ended: Timestamp? = nil, fault: Fault? = nil,
            sealedClaims: String? = nil, isCancelRequested: Bool = false
        ) {
            self.owner = owner
            self.prompt = prompt
            self.previous = previous
            self.cost = cost
            self.reportedCost = reportedCost
            self.isDeleted = isDeleted
            self.currentAttemptID = currentAttemptID
            self.currentClaims = currentClaims
            self.failoverNote = failoverNote
            self.failingSince = failingSince
            self.seconds = seconds
            self.size = size
            self.ended = ended
            self.fault = fault
            self.sealedClaims = sealedClaims
            self.isCancelRequested = isCancelRequested
        }

        fileprivate var weight: Int { prompt?.utf8.count ?? 0 }
    }

    fileprivate struct Table {
        var records: [JobKey: JobMetadata] = [:]
        /// May contain keys that were removed.
        var evictionOrder = FIFOQueue<JobKey>()
        var promptBytes = 0
    }

    private let table = Mutex(Table())
    private let maxEntries: Int
    private let maxPromptBytes: Int
    private let revisions: RevisionCounters

    package init(limits: Limits, revisions: RevisionCounters = RevisionCounters()) {
        self.revisions = revisions
        maxEntries = limits.jobCacheEntries
        maxPromptBytes = limits.maxCachedPromptBytes
    }

    package subscript(id: String) -> JobMetadata? {
        let key = JobKey(id)
        return table.withLock { $0.records[key] }
    }

    /// Keeps an existing entry, since it is newer than the result of a slow read.
    /// - Returns: the entry that is now stored.
    @discardableResult
    package func storeIfAbsent(_ id: String, _ record: JobMetadata) -> JobMetadata {
        let key = JobKey(id)
        return table.withLock { table in
            if let known = table.records[key] { return known }
            table.add(key, record)
            while table.records.count > maxEntries || table.promptBytes > maxPromptBytes, table.evictOldest() {}
            return record
        }
    }

    /// Updates an existing entry; does nothing if there is none.
    package func update(_ id: String, _ body: (inout JobMetadata) -> Void) {
        let key = JobKey(id)
        table.withLock { table in
            guard var record = table.records[key] else { return }
            body(&record)
            table.records[key] = record
        }
        revisions.advance(key)
    }

    package func markDeleted(_ id: String) { replace(id, JobMetadata(isDeleted: true)) }

    /// Stores an entry in place of any existing one.
    package func replace(_ id: String, _ record: JobMetadata) {
        let key = JobKey(id)
        table.withLock { table in
            table.remove(key)
            table.add(key, record)
        }
        revisions.advance(key)
    }
}

extension JobMetadataCache.Table {
    fileprivate mutating func add(_ key: JobKey, _ record: JobMetadataCache.JobMetadata) {
        records[key] = record
        evictionOrder.append(key)
        promptBytes += record.weight
    }

    fileprivate mutating func remove(_ key: JobKey) {
        guard let record = records.removeValue(forKey: key) else { return }
        promptBytes -= record.weight
    }

    fileprivate mutating func evictOldest() -> Bool {
        guard let key = evictionOrder.popFirst() else { return false }
        remove(key)
        return true
    }
}

extension JobMetadataCache.JobMetadata {
    package init(_ entry: JobRecord) {
        owner = entry.owner
        prompt = entry.prompt
        previous = entry.previousID
        cost = entry.settled ?? entry.reserved
        isDeleted = entry.state == .deleted
        ended = entry.ended
        sealedClaims = entry.sealedClaims
        currentAttemptID = entry.currentAttempt
        failoverNote = entry.failoverNotice
        seconds = entry.seconds
        size = entry.size
        if [.failed, .cancelled, .ambiguous].contains(entry.state) { fault = entry.fault }
    }
}
