import Testing
import Watching
import Wire

/// When watched jobs are polled, with a clock that the test moves.
final class WatchScheduleTests {
    private static let created = Timestamp(unix: 1_795_262_400)
    private var schedule: WatchSchedule

    init() { schedule = WatchScheduleTests.schedule() }

    private static func schedule(maxJobs: Int = 1000, maxCalls: Int = 2) -> WatchSchedule {
        var limits = Limits()
        (limits.maxWatchedJobs, limits.maxWatchCallsPerAccount, limits.maxWatchInterval) = (maxJobs, maxCalls, .seconds(30))
        return WatchSchedule(limits: limits, now: at(0))
    }

    private static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: (5 + seconds) * 1_000_000_000) }
    private static func job(_ id: String, owner: String = "o", account: String = "a") -> WatchedJob {
        WatchedJob(id: id, owner: owner, account: account, created: created)
    }

    private func due(at seconds: Int64) -> [String] { schedule.takeDue(now: Self.at(seconds)).map(\.id) }
    @discardableResult
    private func add(_ job: WatchedJob, delay: Int64 = 2) -> Bool {
        schedule.add(job, delay: .seconds(delay), now: Self.at(0))
    }
    private func finish(_ job: WatchedJob, _ result: WatchResult, at seconds: Int64) {
        schedule.finish(job, result, time: Self.created + .seconds(seconds), now: Self.at(seconds))
    }
    private static let running = WatchResult.running(account: "a", pollInterval: .seconds(3))

    @Test func `a job is due after its delay and then once until it is finished`() {
        add(Self.job("j"))
        #expect(due(at: 1) == [])
        #expect(due(at: 2) == ["j"])
        #expect(due(at: 100) == [])
    }

    /// The vendor's interval for a young job, a tenth of the age of an older one, at most 30 s.
    @Test(arguments: [(10, 3), (100, 10), (300, 30), (5000, 30)])
    func `the interval grows with the age of the job`(age: Int64, interval: Int64) {
        add(Self.job("j"), delay: age)
        #expect(due(at: age) == ["j"])
        finish(Self.job("j"), Self.running, at: age)
        #expect(due(at: age + interval - 1) == [])
        #expect(due(at: age + interval) == ["j"])
    }

    @Test func `an account has two polls at a time, and its owners take turns`() {
        for number in 1...4 { add(Self.job("a\(number)", owner: "many")) }
        add(Self.job("b1", owner: "one"))
        add(Self.job("c1", account: "other"))
        let first = due(at: 2)
        #expect(first.sorted() == ["a1", "b1", "c1"])
        finish(Self.job("a1", owner: "many"), .ended, at: 2)
        #expect(due(at: 2) == ["a2"])
        finish(Self.job("b1", owner: "one"), Self.running, at: 2)
        #expect(due(at: 2) == ["a3"])
        #expect(due(at: 2) == [])
    }

    @Test func `a job that has ended is forgotten`() {
        add(Self.job("j"))
        #expect(due(at: 2) == ["j"] && schedule.count == 1)
        finish(Self.job("j"), .ended, at: 2)
        #expect(schedule.count == 0 && due(at: 1000) == [])
    }

    @Test func `failed polls come at growing distances`() {
        add(Self.job("j"))
        var now: Int64 = 2
        for distance in [2, 4, 8, 16] as [Int64] {
            #expect(due(at: now) == ["j"])
            finish(Self.job("j"), .failed(retryAfter: nil), at: now)
            #expect(due(at: now + distance - 1) == [], "\(distance)")
            now += distance
        }
        #expect(due(at: now) == ["j"])
        finish(Self.job("j"), Self.running, at: now)
        #expect(due(at: now + 4) == ["j"])
    }

    @Test func `a pause that a vendor asks for holds all jobs of the account, and no others`() {
        for job in [Self.job("j"), Self.job("k")] { add(job) }
        add(Self.job("l"), delay: 3)
        add(Self.job("x", account: "other"), delay: 3)
        #expect(due(at: 2).sorted() == ["j", "k"])
        finish(Self.job("j"), .failed(retryAfter: .seconds(60)), at: 2)
        #expect(due(at: 10) == ["x"])
        #expect(due(at: 61) == [])
        #expect(due(at: 62) == ["l"])
    }

    @Test func `a job that has failed over is polled with its new account`() {
        add(Self.job("j"))
        #expect(due(at: 2) == ["j"])
        finish(Self.job("j"), .running(account: "b", pollInterval: .seconds(3)), at: 2)
        let accounts = schedule.takeDue(now: Self.at(5)).map(\.account)
        #expect(accounts == ["b"])
    }

    @Test func `there is room for a bounded number of jobs, and none is added twice`() {
        schedule = Self.schedule(maxJobs: 2)
        #expect(add(Self.job("1"), delay: 0))
        #expect(add(Self.job("2"), delay: 0))
        #expect(!add(Self.job("3"), delay: 0))
        #expect(add(Self.job("1"), delay: 0))
        #expect(due(at: 0).sorted() == ["1", "2"])
        finish(Self.job("1"), .ended, at: 0)
        #expect(add(Self.job("3"), delay: 0))
    }

    /// The process was stopped, or the machine slept.
    @Test func `after a long pause every job is due once`() {
        add(Self.job("j"))
        add(Self.job("k"), delay: 500)
        #expect(due(at: 1_000_000).sorted() == ["j", "k"])
    }
}
