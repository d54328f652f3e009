@testable import Gateway
import Jobs
import Seal
import Synchronization
import Testing
import Wire

/// Waiting for news of a job, and asking about several jobs at once.
struct BellTests {
    private static let interval: Duration = .seconds(5)
    private static let clip = Progress.done([Asset(.video, .url("https://cdn.example/1.mp4", credentials: false))])
    private static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: (1_795_262_400 + seconds) * 1_000_000_000) }

    private final class Tower: Sendable {
        let rung = Mutex<[String]>([])
        func bell(_ name: String) -> @Sendable () -> Void { { self.rung.withLock { $0.append(name) } } }
        var all: [String] { rung.withLock { $0 } }
    }

    private static func land(_ watch: Watch, _ seconds: Int64, _ progress: Progress, id: String = "a") throws -> Watch.Sight {
        _ = watch.enter(id, now: at(seconds), interval: .zero, fresh: false)
        return try watch.land(id, .success(progress), now: at(seconds), time: Timestamp(unix: 0), surfacesFaults: false)
    }

    @Test func `all who wait are told once when the state or the percentage changes, and not before`() throws {
        let watch = Watch(capacity: 10)
        let tower = Tower()
        let sight = try Self.land(watch, 0, .queued)
        for number in 0..<1000 { #expect(watch.hang(tower.bell("\(number)"), for: "a", since: sight) != nil) }
        _ = try Self.land(watch, 5, .queued)
        #expect(tower.all.isEmpty)
        let running = try Self.land(watch, 10, .running(percent: nil))
        #expect(tower.all.count == 1000 && Set(tower.all).count == 1000)
        #expect(watch.hang(tower.bell("p"), for: "a", since: running) != nil)
        _ = try Self.land(watch, 15, .running(percent: 30))
        _ = try Self.land(watch, 20, Self.clip)
        #expect(tower.all.count == 1001)
    }

    @Test func `whoever knows less than is known, or asks about an end, does not wait`() throws {
        let watch = Watch(capacity: 10)
        let tower = Tower()
        let old = try Self.land(watch, 0, .queued)
        _ = try Self.land(watch, 5, .running(percent: 10))
        #expect(watch.hang(tower.bell("a"), for: "a", since: old) == nil)
        let end = try Self.land(watch, 10, Self.clip)
        #expect(watch.hang(tower.bell("b"), for: "a", since: end) == nil)
        #expect(watch.hang(tower.bell("c"), for: "nothing", since: old) == nil)
        #expect(tower.all.isEmpty)
    }

    @Test func `one task attends a job for as long as somebody waits`() throws {
        let watch = Watch(capacity: 10)
        let sight = try Self.land(watch, 0, .queued)
        #expect(!watch.mustAttend("a"))
        let numbers = [watch.hang({}, for: "a", since: sight), watch.hang({}, for: "a", since: sight)].compactMap(\.self)
        #expect(Set(numbers).count == 2)
        #expect(watch.mustAttend("a"))
        #expect(!watch.mustAttend("a"))
        #expect(watch.pause("a", now: Self.at(2), interval: Self.interval) == .seconds(3))
        watch.unhang(numbers[0], for: "a")
        #expect(watch.pause("a", now: Self.at(9), interval: Self.interval) == .milliseconds(100))
        watch.unhang(numbers[1], for: "a")
        #expect(watch.pause("a", now: Self.at(9), interval: Self.interval) == nil)
        #expect(watch.hang({}, for: "a", since: sight) != nil && watch.mustAttend("a"))
    }

    @Test func `nobody waits once the program is about to end`() throws {
        let watch = Watch(capacity: 10)
        let tower = Tower()
        let sight = try Self.land(watch, 0, .queued)
        #expect(watch.hang(tower.bell("a"), for: "a", since: sight) != nil)
        watch.close()
        #expect(tower.all == ["a"])
        #expect(watch.hang(tower.bell("b"), for: "a", since: sight) == nil)
    }

    @Test func `a job that somebody waits for is not forgotten`() throws {
        let watch = Watch(capacity: 10)
        let sight = try Self.land(watch, 0, .queued)
        #expect(watch.hang({}, for: "a", since: sight) != nil)
        for number in 1..<100 { watch.note("\(number)", .queued, now: Self.at(Int64(number)), time: Timestamp(unix: 0)) }
        #expect(watch.peek("a") != nil)
    }

    // MARK: Riders

    private static func claims(_ ticket: String, account: String = "k") -> Claims {
        Claims(
            account: account, vendor: "kling", model: "m", ticket: Ticket(ticket), created: Timestamp(unix: 0), dialect: "openai",
            asked: "m")
    }

    private static func board(_ watch: Watch, _ ids: [String], account: String = "k") throws {
        for (place, id) in ids.enumerated() {
            _ = try land(watch, Int64(place), .queued, id: id)
            watch.board(id, claims(id, account: account))
        }
    }

    @Test func `the account's other jobs of late ride along, the longest unasked first`() throws {
        let watch = Watch(capacity: 100)
        try Self.board(watch, ["c", "a", "d", "b", "fresh"])
        try Self.board(watch, ["other"], account: "l")
        let riders = watch.riders(beside: "a", on: "k", now: Self.at(6), interval: Self.interval, most: 2)
        #expect(riders.map(\.id) == ["c", "d"])
        // They fly now: nobody else may ask, and they do not ride twice.
        guard case .wait = watch.enter("c", now: Self.at(9), interval: Self.interval, fresh: false) else {
            Issue.record("a rider was let out a second time")
            return
        }
        #expect(watch.riders(beside: "a", on: "k", now: Self.at(6), interval: Self.interval, most: 9).map(\.id) == ["b"])
    }

    @Test func `jobs that have ended or that nobody asks about stay behind`() throws {
        let watch = Watch(capacity: 100)
        try Self.board(watch, ["a", "old", "ended", "new"])
        _ = try Self.land(watch, 2, Self.clip, id: "ended")
        _ = try Self.land(watch, 60, .queued, id: "new")
        #expect(watch.riders(beside: "a", on: "k", now: Self.at(64), interval: Self.interval, most: 9).map(\.id) == ["new"])
    }

    @Test func `whoever waits for a rider that nothing was learnt of asks for itself`() async throws {
        let watch = Watch(capacity: 100)
        try Self.board(watch, ["a", "b"])
        #expect(watch.riders(beside: "a", on: "k", now: Self.at(5), interval: Self.interval, most: 9).map(\.id) == ["b"])
        let waiting = Task { try await watch.wait(for: "b") == nil }
        try await Task.sleep(for: .milliseconds(50))
        watch.release("b")
        #expect(try await waiting.value)
        guard case .fly = watch.enter("b", now: Self.at(9), interval: Self.interval, fresh: false) else {
            Issue.record("the job cannot be asked about any more")
            return
        }
    }
}
