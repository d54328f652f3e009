import Jobs
import Synchronization
import Testing
import Wire

@testable import Gateway
@testable import JobState

struct JobStatusCacheTests {
    private static let interval: Duration = .seconds(5)
    private static let down = Fault(.vendorUnavailable, "down")
    private static let clip = Progress.done([Asset(.video, .url("https://cdn.example/1.mp4", credentials: false))])
    private static let noon = Timestamp(unix: 1_795_262_400)
    private static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: (1_795_262_400 + seconds) * 1_000_000_000) }

    /// A short word for an acquisition.
    private static func word(_ entry: JobStatusCache.Acquisition) -> String {
        switch entry {
        case .known(let snapshot): "known \(snapshot.percent)\(snapshot.ended == nil ? "" : " ended")"
        case .leader: "fly"
        case .follower: "wait"
        }
    }

    private static func acquire(_ cache: JobStatusCache, _ seconds: Int64, fresh: Bool = false, id: String = "a") -> String {
        word(cache.acquire(id, now: at(seconds), interval: interval, fresh: fresh))
    }

    @discardableResult
    private static func complete(
        _ cache: JobStatusCache, at seconds: Int64, _ found: Result<Progress, Fault>, surfaces: Bool = false, id: String = "a"
    ) throws -> JobStatusCache.StatusSnapshot {
        try cache.complete(id, found, now: at(seconds), time: noon + .seconds(seconds), reportsFaults: surfaces)
    }

    @Test func `a thousand requests share one status call and its result`() async throws {
        let cache = JobStatusCache(capacity: 10)
        let flights = Counter()
        let percents = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    while true {
                        switch cache.acquire("a", now: Self.at(0), interval: Self.interval, fresh: false) {
                        case .known(let snapshot): return snapshot.percent
                        case .follower: if let snapshot = try await cache.wait(for: "a") { return snapshot.percent }
                        case .leader:
                            flights.count.withLock { $0 += 1 }
                            try await Task.sleep(for: .milliseconds(50))
                            return try Self.complete(cache, at: 0, .success(.running(percent: 42))).percent
                        }
                    }
                }
            }
            return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(flights.count.withLock { $0 } == 1)
        #expect(percents == [42: 1000])
    }

    @Test func `requests that wait for a failed status call get its fault`() async throws {
        let cache = JobStatusCache(capacity: 10)
        #expect(Self.acquire(cache, 0) == "fly")
        #expect(Self.acquire(cache, 0) == "wait")
        let waiting = Task { () -> Fault.Kind? in
            do throws(Fault) {
                _ = try await cache.wait(for: "a")
                return nil
            } catch {
                return error.kind
            }
        }
        try await Task.sleep(for: .milliseconds(50))
        #expect(throws: Fault.self) { try Self.complete(cache, at: 0, .failure(Self.down)) }
        #expect(await waiting.value == .vendorUnavailable)
        #expect(try await cache.wait(for: "a") == nil)
        #expect(Self.acquire(cache, 0) == "fly")
    }

    @Test func `the vendor is asked again after its interval, not before`() throws {
        let cache = JobStatusCache(capacity: 10)
        cache.recordStatus("a", .queued, now: Self.at(0), time: Self.noon)
        #expect(Self.acquire(cache, 4) == "known 0")
        #expect(Self.acquire(cache, 5) == "fly")
        try Self.complete(cache, at: 6, .success(.running(percent: 30)))
        #expect(Self.acquire(cache, 10) == "known 30")
        #expect(Self.acquire(cache, 11) == "fly")
    }

    @Test func `a final state is permanent, whatever follows`() throws {
        let cache = JobStatusCache(capacity: 10)
        _ = Self.acquire(cache, 0)
        try Self.complete(cache, at: 1, .success(Self.clip))
        #expect(Self.acquire(cache, 100_000) == "known 100 ended")
        #expect(Self.acquire(cache, 100_000, fresh: true) == "fly")
        let snapshot = try Self.complete(cache, at: 100_001, .success(.failed(Self.down)))
        #expect(snapshot.ended == Self.noon + .seconds(1))
        #expect(Self.acquire(cache, 100_002) == "known 100 ended")
        #expect(Self.acquire(cache, 100_010, fresh: true) == "fly")
        #expect(try Self.complete(cache, at: 100_011, .failure(Self.down)).percent == 100)
    }

    @Test func `links of an ended job are renewed once an interval, and keep the first end`() throws {
        let cache = JobStatusCache(capacity: 10)
        _ = Self.acquire(cache, 0)
        try Self.complete(cache, at: 1, .success(Self.clip))
        #expect(Self.acquire(cache, 2, fresh: true) == "fly")
        let renewed = Progress.done([Asset(.video, .url("https://cdn.example/2.mp4", credentials: false))])
        let snapshot = try Self.complete(cache, at: 2, .success(renewed))
        #expect(snapshot.ended == Self.noon + .seconds(1))
        guard case .done(let assets) = snapshot.progress, case .url("https://cdn.example/2.mp4", _)? = assets.first?.place else {
            Issue.record("the link was not renewed")
            return
        }
        #expect(Self.acquire(cache, 6, fresh: true) == "known 100 ended")
        #expect(Self.acquire(cache, 7, fresh: true) == "fly")
    }

    @Test func `a job that has failed stays failed`() throws {
        let cache = JobStatusCache(capacity: 10)
        _ = Self.acquire(cache, 0)
        try Self.complete(cache, at: 0, .success(.running(percent: 60)))
        _ = Self.acquire(cache, 9)
        try Self.complete(cache, at: 9, .success(.failed(Fault(.moderated, "no"))))
        #expect(Self.acquire(cache, 99) == "known 60 ended")
        _ = Self.acquire(cache, 99, fresh: true)
        guard case .failed = try Self.complete(cache, at: 99, .success(Self.clip)).progress else {
            Issue.record("a failed job came back to life")
            return
        }
    }

    @Test func `percentages never fall, and 100 is kept for the end`() throws {
        let cache = JobStatusCache(capacity: 10)
        let steps: [(Progress, Int)] = [
            (.queued, 0), (.running(percent: nil), 0), (.running(percent: 40), 40), (.running(percent: 10), 40), (.queued, 40),
            (.unknown("dreaming"), 40),
            (.running(percent: -7), 40), (.running(percent: 250), 99), (.running(percent: 100), 99), (Self.clip, 100),
        ]
        for (place, step) in steps.enumerated() {
            let seconds = Int64(place) * 10
            #expect(Self.acquire(cache, seconds) == "fly")
            #expect(try Self.complete(cache, at: seconds, .success(step.0)).percent == step.1)
        }
    }

    @Test func `a failed status call is covered for two minutes, and the vendor left alone for an interval`() throws {
        let cache = JobStatusCache(capacity: 10)
        _ = Self.acquire(cache, 0)
        try Self.complete(cache, at: 0, .success(.running(percent: 20)))
        #expect(Self.acquire(cache, 10) == "fly")
        #expect(try Self.complete(cache, at: 10, .failure(Self.down)).percent == 20)
        #expect(Self.acquire(cache, 14) == "known 20")
        #expect(Self.acquire(cache, 15) == "fly")
        #expect(try Self.complete(cache, at: 119, .failure(Self.down)).percent == 20)
        #expect(Self.acquire(cache, 130) == "fly")
        #expect(throws: Fault.self) { try Self.complete(cache, at: 130, .failure(Self.down)) }
        #expect(Self.acquire(cache, 140) == "fly")
        try Self.complete(cache, at: 140, .success(.running(percent: 5)))
        #expect(Self.acquire(cache, 144) == "known 20")
    }

    @Test func `status faults are reported at once for vendors whose card says so`() throws {
        let cache = JobStatusCache(capacity: 10)
        _ = Self.acquire(cache, 0)
        try Self.complete(cache, at: 0, .success(.queued))
        _ = Self.acquire(cache, 10)
        #expect(throws: Fault.self) { try Self.complete(cache, at: 10, .failure(Self.down), surfaces: true) }
    }

    @Test func `memory is bounded, and the most recently polled jobs stay`() throws {
        let cache = JobStatusCache(capacity: 100)
        for number in 0..<1000 { cache.recordStatus("\(number)", .queued, now: Self.at(Int64(number)), time: Self.noon) }
        let known = (0..<1000).filter { Self.acquire(cache, 1000, fresh: false, id: "\($0)").hasPrefix("known") }
        #expect(known.isEmpty)  // The interval is over for all.
        let other = JobStatusCache(capacity: 100)
        for number in 0..<1000 { other.recordStatus("\(number)", .failed(Self.down), now: Self.at(Int64(number)), time: Self.noon) }
        let kept = (0..<1000).reversed().prefix { Self.acquire(other, 1000, id: "\($0)").hasPrefix("known") }.count
        #expect(kept >= 75 && kept <= 100)
    }

    @Test func `a polled job outlives jobs that are not polled`() {
        let cache = JobStatusCache(capacity: 10)
        for number in 0..<1000 {
            cache.recordStatus("\(number)", .failed(Self.down), now: Self.at(Int64(number)), time: Self.noon)
            #expect(Self.acquire(cache, Int64(number), id: "0").hasPrefix("known"), "\(number)")
        }
        #expect(!Self.acquire(cache, 1000, id: "1").hasPrefix("known"))
    }
}

/// A counter shared by several tasks.
private final class Counter: Sendable {
    let count = Mutex(0)
}
