import Crypto
import Dialects
import Jobs
import Seal
import Synchronization
import Wire

/// Recent creates, so that a repeated one gets the same response and is not paid twice. Shared by all loops.
///
/// An idempotency key identifies one create for `idempotencyKeyTTL`. Without a key, only a request that its SDK marks as a retry is matched
/// to an earlier create of the same request that is in progress, has succeeded, or may have succeeded. A refused create is removed and may
/// be tried again.
package final class IdempotencyStore: Sendable {
    package typealias Outcome = Result<AcceptedJob, Fault>
    package typealias Number = Int

    package enum BeginResult {
        /// The caller must create the job and then call `complete` with this number.
        case new(Number)
        /// Already created; the number is for `markDelivered`.
        case replay(Outcome, Number)
        /// Another request is creating it: call `wait`.
        case inProgress(Number)
    }

    fileprivate struct CreateEntry {
        let owner: Owner
        let key: String?
        let digest: Digest
        var began: Instant
        var outcome: Outcome?
        var waiters: [CheckedContinuation<Outcome?, Never>] = []
        /// A response was sent completely, as far as the server can see.
        var isDelivered = false
        /// The highest retry count that a client has reported for it.
        var retries: Int

        /// The size in bytes of the client's text in it.
        var weight: Int {
            guard case .success(let acceptedJob) = outcome else { return 0 }
            let view = acceptedJob.view
            return (view.prompt?.utf8.count ?? 0) + view.warnings.reduce(0) { $0 + $1.message.utf8.count + $1.param.utf8.count }
                + view.echo.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        }
    }

    fileprivate struct Table {
        var records: [Number: CreateEntry] = [:]
        var next = 0
        var keys: [Owner: [String: Number]] = [:]
        var digests: [Digest: [Number]] = [:]
        /// The weight of all records.
        var bytes = 0
    }

    private let table = Mutex(Table())
    private let limits: Limits

    package init(limits: Limits) { self.limits = limits }

    /// - Throws: `.keyReused` for a key with another request, `.conflict` for a key whose create is in progress.
    package func begin(_ createRequest: CreateRequest, _ digest: Digest, now: Instant) throws(Fault) -> BeginResult {
        let found: Result<BeginResult, Fault> = table.withLock { table in
            if let key = createRequest.key, let number = table.keys[createRequest.owner]?[key], let record = table.records[number] {
                if record.outcome != nil, now - record.began > limits.idempotencyKeyTTL {
                    table.remove(number)
                } else if record.digest != digest {
                    return .failure(IdempotencyStore.keyReused)
                } else if record.outcome == nil, createRequest.retries == 0 {
                    return .failure(IdempotencyStore.stillInProgress)
                } else {
                    return .success(table.join(createRequest, into: number))
                }
            } else if createRequest.key == nil, createRequest.retries > 0,
                let number = table.original(of: createRequest, digest, since: now - limits.retryDedupWindow)
            {
                return .success(table.join(createRequest, into: number))
            }
            if table.records.count >= limits.idempotencyCacheEntries { table.evict(keeping: limits.idempotencyCacheEntries * 3 / 4) }
            return .success(.new(table.add(createRequest, digest, now: now)))
        }
        return try found.get()
    }

    /// Waits for the create in progress. Nil if it was abandoned: call `begin` again.
    package func wait(for number: Number) async -> Outcome? {
        await withCheckedContinuation { (waiter: CheckedContinuation<Outcome?, Never>) in
            let known: Outcome?? = table.withLock { table in
                guard let record = table.records[number] else { return .some(nil) }
                if let outcome = record.outcome { return outcome }
                table.records[number]?.waiters.append(waiter)
                return nil
            }
            if let known { waiter.resume(returning: known) }
        }
    }

    /// Ends the create. A failure that proves that nothing was accepted is removed, so that a later request can try again; requests that
    /// wait still get it, since they asked at the same time.
    package func complete(_ number: Number, _ outcome: Outcome) {
        let waiters = table.withLock { table in
            guard let record = table.records[number] else { return [CheckedContinuation<Outcome?, Never>]() }
            if case .failure(let fault) = outcome, fault.sent != .maybe {
                table.remove(number)
            } else {
                table.records[number]?.outcome = outcome
                table.records[number]?.waiters = []
                table.bytes += table.records[number]?.weight ?? 0
                if table.bytes > limits.maxCachedPromptBytes { table.evict(toBytes: limits.maxCachedPromptBytes * 3 / 4) }
            }
            return record.waiters
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }

    /// The create ended for a reason that concerns its own client only: requests that wait call `begin` again.
    package func abandon(_ number: Number) {
        let waiters = table.withLock { table in
            let waiters = table.records[number]?.waiters ?? []
            table.remove(number)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    /// Notes that the response was sent: a retry matches creates with undelivered responses first.
    package func markDelivered(_ number: Number) {
        table.withLock { $0.records[number]?.isDelivered = true }
    }

    /// The job was deleted: an equal request creates a new one.
    package func forget(_ id: String) {
        table.withLock { table in
            let gone = table.records.filter {
                if case .success(let acceptedJob) = $0.value.outcome { acceptedJob.view.id == id } else { false }
            }
            for number in gone.keys { table.remove(number) }
        }
    }

    /// The outcome of an ambiguous create is now known: the next request looks it up in the journal.
    package func forget(key: String?, digest: Digest?, of owner: Owner) {
        table.withLock { table in
            let gone = table.records.filter { _, record in
                guard record.owner == owner, case .failure(let fault) = record.outcome, fault.sent == .maybe else { return false }
                return record.key == nil ? record.digest == digest : record.key == key
            }
            for number in gone.keys { table.remove(number) }
        }
    }

    package static let keyReused = Fault(
        .keyReused, "This Idempotency-Key was used with another request. Use a new key for a new job.", param: "Idempotency-Key")
    package static let stillInProgress = Fault(
        .conflict, "The first request with this Idempotency-Key is still in progress.", param: "Idempotency-Key",
        retryAfter: .seconds(2))
}

extension IdempotencyStore.Table {
    fileprivate mutating func add(_ createRequest: CreateRequest, _ digest: Digest, now: Instant) -> Int {
        next += 1
        records[next] = IdempotencyStore.CreateEntry(
            owner: createRequest.owner, key: createRequest.key, digest: digest, began: now, retries: createRequest.retries)
        if let key = createRequest.key { keys[createRequest.owner, default: [:]][key] = next }
        digests[digest, default: []].append(next)
        return next
    }

    fileprivate mutating func remove(_ number: Int) {
        guard let record = records.removeValue(forKey: number) else { return }
        bytes -= record.weight
        if let key = record.key {
            keys[record.owner]?[key] = nil
            if keys[record.owner]?.isEmpty == true { keys[record.owner] = nil }
        }
        digests[record.digest]?.removeAll { $0 == number }
        if digests[record.digest]?.isEmpty == true { digests[record.digest] = nil }
    }

    fileprivate mutating func join(_ createRequest: CreateRequest, into number: Int) -> IdempotencyStore.BeginResult {
        guard var record = records[number] else { return .inProgress(number) }
        record.retries = max(record.retries, createRequest.retries)
        records[number] = record
        return record.outcome.map { .replay($0, number) } ?? .inProgress(number)
    }

    /// Which of several equal creates a retry repeats. Creates with undelivered responses come first, then those whose last retry count is
    /// one lower, then the newest, since an SDK repeats its latest request.
    fileprivate func original(of createRequest: CreateRequest, _ digest: Digest, since: Instant) -> Int? {
        let candidates = (digests[digest] ?? []).filter { number in
            guard let record = records[number] else { return false }
            return record.owner == createRequest.owner && record.key == nil && (record.outcome == nil || record.began >= since)
        }
        return candidates.min { rank($0, createRequest) < rank($1, createRequest) }
    }

    private func rank(_ number: Int, _ retry: CreateRequest) -> (Int, Int, Int) {
        guard let record = records[number] else { return (2, 0, number) }
        return (record.isDelivered ? 1 : 0, record.retries == retry.retries - 1 ? 0 : 1, -number)
    }

    fileprivate mutating func evict(keeping count: Int) {
        let ended = records.filter { $0.value.outcome != nil }.keys.sorted()
        for number in ended.prefix(max(0, records.count - count)) { remove(number) }
    }

    fileprivate mutating func evict(toBytes maxBytes: Int) {
        for number in records.filter({ $0.value.outcome != nil }).keys.sorted() {
            guard bytes > maxBytes else { return }
            remove(number)
        }
    }
}
