import Jobs
import Seal
import Synchronization
import Testing
import Wire

@testable import Gateway
@testable import JobState

/// Waiting for a job to change, and polling several jobs in one call.
struct StatusSubscriptionTests {
    private static let interval: Duration = .seconds(5)
    private static let clip = Progress.done([Asset(.video, .url("https://cdn.example/1.mp4", credentials: false))])
    private static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: (1_795_262_400 + seconds) * 1_000_000_000) }

    private final class NotificationCounter: Sendable {
        let rung = Mutex<[String]>([])
        func bell(_ name: String) -> @Sendable () -> Void { { self.rung.withLock { $0.append(name) } } }
        var all: [String] { rung.withLock { $0 } }
    }

    private static func complete(_ cache: JobStatusCache, at seconds: Int64, _ progress: Progress, id: String = "a") throws
        -> JobStatusCache.StatusSnapshot
    {
        _ = cache.acquire(id, now: at(seconds), interval: .zero, fresh: false)
        return try cache.complete(id, .success(progress), now: at(seconds), time: Timestamp(unix: 0), reportsFaults: false)
    }

    @Test func `all subscribers are notified once when the state or the percentage changes`() throws {
        let cache = JobStatusCache(capacity: 10)
        let tower = NotificationCounter()
        let snapshot = try Self.complete(cache, at: 0, .queued)
        for number in 0..<1000 { #expect(cache.subscribe(tower.bell("\(number)"), for: "a", since: snapshot) != nil) }
        _ = try Self.complete(cache, at: 5, .queued)
        #expect(tower.all.isEmpty)
        let running = try Self.complete(cache, at: 10, .running(percent: nil))
        #expect(tower.all.count == 1000 && Set(tower.all).count == 1000)
        #expect(cache.subscribe(tower.bell("p"), for: "a", since: running) != nil)
        _ = try Self.complete(cache, at: 15, .running(percent: 30))
        _ = try Self.complete(cache, at: 20, Self.clip)
        #expect(tower.all.count == 1001)
    }

    @Test func `a request with an older status, or for a final state, does not wait`() throws {
        let cache = JobStatusCache(capacity: 10)
        let tower = NotificationCounter()
        let old = try Self.complete(cache, at: 0, .queued)
        _ = try Self.complete(cache, at: 5, .running(percent: 10))
        #expect(cache.subscribe(tower.bell("a"), for: "a", since: old) == nil)
        let end = try Self.complete(cache, at: 10, Self.clip)
        #expect(cache.subscribe(tower.bell("b"), for: "a", since: end) == nil)
        #expect(cache.subscribe(tower.bell("c"), for: "nothing", since: old) == nil)
        #expect(tower.all.isEmpty)
    }

    @Test func `one task polls a job for as long as a request waits`() throws {
        let cache = JobStatusCache(capacity: 10)
        let snapshot = try Self.complete(cache, at: 0, .queued)
        #expect(!cache.shouldStartPolling("a"))
        let numbers = [cache.subscribe({}, for: "a", since: snapshot), cache.subscribe({}, for: "a", since: snapshot)].compactMap(\.self)
        #expect(Set(numbers).count == 2)
        #expect(cache.shouldStartPolling("a"))
        #expect(!cache.shouldStartPolling("a"))
        #expect(cache.nextPollDelay("a", now: Self.at(2), interval: Self.interval) == .seconds(3))
        cache.unsubscribe(numbers[0], for: "a")
        #expect(cache.nextPollDelay("a", now: Self.at(9), interval: Self.interval) == .milliseconds(100))
        cache.unsubscribe(numbers[1], for: "a")
        #expect(cache.nextPollDelay("a", now: Self.at(9), interval: Self.interval) == nil)
        #expect(cache.subscribe({}, for: "a", since: snapshot) != nil && cache.shouldStartPolling("a"))
    }

    @Test func `no request waits during shutdown`() throws {
        let cache = JobStatusCache(capacity: 10)
        let tower = NotificationCounter()
        let snapshot = try Self.complete(cache, at: 0, .queued)
        #expect(cache.subscribe(tower.bell("a"), for: "a", since: snapshot) != nil)
        cache.close()
        #expect(tower.all == ["a"])
        #expect(cache.subscribe(tower.bell("b"), for: "a", since: snapshot) == nil)
    }

    @Test func `a job that a request waits for is not evicted`() throws {
        let cache = JobStatusCache(capacity: 10)
        let snapshot = try Self.complete(cache, at: 0, .queued)
        #expect(cache.subscribe({}, for: "a", since: snapshot) != nil)
        for number in 1..<100 { cache.recordStatus("\(number)", .queued, now: Self.at(Int64(number)), time: Timestamp(unix: 0)) }
        #expect(cache.lastKnown("a") != nil)
    }

    // MARK: Batches

    private static func claims(_ ticket: String, account: String = "k") -> Claims {
        Claims(
            account: account, vendor: "kling", model: "m", ticket: Ticket(ticket), created: Timestamp(unix: 0), dialect: "openai",
            requestedModel: "m")
    }

    private static func registerForBatch(_ cache: JobStatusCache, _ ids: [String], account: String = "k") throws {
        for (place, id) in ids.enumerated() {
            _ = try complete(cache, at: Int64(place), .queued, id: id)
            cache.registerForBatch(id, claims(id, account: account))
        }
    }

    @Test func `the account's other recent jobs join the batch, the oldest status first`() throws {
        let cache = JobStatusCache(capacity: 100)
        try Self.registerForBatch(cache, ["c", "a", "d", "b", "fresh"])
        try Self.registerForBatch(cache, ["other"], account: "l")
        let batchedJobs = cache.claimBatch(beside: "a", on: "k", now: Self.at(6), interval: Self.interval, limit: 2)
        #expect(batchedJobs.map(\.id) == ["c", "d"])
        // They are being polled now: no other request may poll them, and they join no second batch.
        guard case .follower = cache.acquire("c", now: Self.at(9), interval: Self.interval, fresh: false) else {
            Issue.record("a rider was let out a second time")
            return
        }
        #expect(cache.claimBatch(beside: "a", on: "k", now: Self.at(6), interval: Self.interval, limit: 9).map(\.id) == ["b"])
    }

    @Test func `finished jobs and jobs that no client polls do not join the batch`() throws {
        let cache = JobStatusCache(capacity: 100)
        try Self.registerForBatch(cache, ["a", "old", "ended", "new"])
        _ = try Self.complete(cache, at: 2, Self.clip, id: "ended")
        _ = try Self.complete(cache, at: 60, .queued, id: "new")
        #expect(cache.claimBatch(beside: "a", on: "k", now: Self.at(64), interval: Self.interval, limit: 9).map(\.id) == ["new"])
    }

    @Test func `a watched job joins the batch long after a client asked about it`() throws {
        let cache = JobStatusCache(capacity: 100)
        try Self.registerForBatch(cache, ["a", "watched", "new"])
        _ = try Self.complete(cache, at: 60, .queued, id: "new")
        let batch = cache.claimBatch(
            beside: "a", on: "k", now: Self.at(50), interval: Self.interval, interest: .seconds(60), limit: 9)
        #expect(batch.map(\.id) == ["watched"])
        let later = cache.claimBatch(
            beside: "a", on: "k", now: Self.at(80), interval: Self.interval, interest: .seconds(60), limit: 9)
        #expect(later.map(\.id) == ["new"])
    }

    @Test func `a request for a batched job without a result polls the job itself`() async throws {
        let cache = JobStatusCache(capacity: 100)
        try Self.registerForBatch(cache, ["a", "b"])
        #expect(cache.claimBatch(beside: "a", on: "k", now: Self.at(5), interval: Self.interval, limit: 9).map(\.id) == ["b"])
        let waiting = Task { try await cache.wait(for: "b") == nil }
        try await Task.sleep(for: .milliseconds(50))
        cache.release("b")
        #expect(try await waiting.value)
        guard case .leader = cache.acquire("b", now: Self.at(9), interval: Self.interval, fresh: false) else {
            Issue.record("the job cannot be asked about any more")
            return
        }
    }
}
