import Testing
import Webhooks
import Wire

/// Who gets the next attempt, with a clock that the test moves.
struct DeliveryScheduleTests {
    private typealias Grant = DeliverySchedule.Grant

    private var limits = Limits()
    private var now = Timestamp(unix: 1_800_000_000)

    init() {
        limits.maxWebhookCalls = 8
        limits.maxWebhookCallsPerEndpoint = 4
    }

    private func schedule() -> DeliverySchedule { DeliverySchedule(limits: limits, now: now) }

    @Test func `a due receiver is served at once, and a later one in its second`() {
        var schedule = schedule()
        schedule.add("now", due: now, now: now)
        schedule.add("later", due: now + .seconds(5), now: now)
        #expect(schedule.takeReady(now: now) == [Grant(target: "now", slots: 4)] && schedule.hasSleepers)
        #expect(schedule.takeReady(now: now + .seconds(5)).isEmpty)
        #expect(schedule.takeReady(now: now + .seconds(6)) == [Grant(target: "later", slots: 4)])
        #expect(!schedule.hasSleepers && schedule.activeCalls == 8)
    }

    @Test func `an earlier event wakes a sleeping receiver, a later one does not delay it`() {
        var schedule = schedule()
        schedule.add("a", due: now + .seconds(60), now: now)
        schedule.add("a", due: now + .seconds(90), now: now)
        #expect(schedule.takeReady(now: now + .seconds(30)).isEmpty)
        schedule.add("a", due: now, now: now + .seconds(30))
        let grants = schedule.takeReady(now: now + .seconds(30))
        #expect(grants == [Grant(target: "a", slots: 4)])
        schedule.finish(grants[0], .worked, next: now + .seconds(60), now: now + .seconds(30))
        #expect(schedule.takeReady(now: now + .seconds(61)) == grants)
        #expect(schedule.takeReady(now: now + .seconds(99)).isEmpty)
    }

    @Test func `an event that comes while its receiver is served is not forgotten`() {
        var schedule = schedule()
        schedule.add("a", due: now, now: now)
        let grant = schedule.takeReady(now: now)[0]
        schedule.add("a", due: now, now: now)
        #expect(schedule.takeReady(now: now).isEmpty)
        schedule.finish(grant, .worked, next: nil, now: now)
        #expect(schedule.takeReady(now: now) == [grant])
        schedule.finish(grant, .worked, next: nil, now: now)
        #expect(schedule.takeReady(now: now).isEmpty && schedule.activeCalls == 0)
    }

    @Test func `receivers take turns, however much one of them has to get`() {
        var schedule = schedule()
        for target in ["busy", "b", "c", "d"] { schedule.add(target, due: now, now: now) }
        var served: [String] = []
        for _ in 0..<6 {
            for grant in schedule.takeReady(now: now) {
                served.append(grant.target)
                schedule.finish(grant, .worked, next: grant.target == "busy" ? now : nil, now: now)
            }
        }
        #expect(served.prefix(4) == ["busy", "b", "c", "d"] || served.prefix(5) == ["busy", "b", "busy", "c", "d"], "\(served)")
        #expect(Set(served) == ["busy", "b", "c", "d"])
    }

    @Test func `all attempts together are limited`() {
        var schedule = schedule()
        for number in 0..<5 { schedule.add("t\(number)", due: now, now: now) }
        let grants = schedule.takeReady(now: now)
        #expect(grants.map(\.target) == ["t0", "t1"] && schedule.activeCalls == 8)
        schedule.finish(grants[0], .worked, next: nil, now: now)
        #expect(schedule.takeReady(now: now) == [Grant(target: "t2", slots: 4)])
    }

    @Test func `failing receivers get one attempt each and half of all, so that they delay no other`() {
        var schedule = schedule()
        for number in 0..<9 { schedule.add("dead\(number)", due: now, now: now) }
        for _ in 0..<9 {
            for grant in schedule.takeReady(now: now) { schedule.finish(grant, .failed(pause: nil), next: now, now: now) }
        }
        let failing = schedule.takeReady(now: now)
        #expect(failing.count == 4 && failing.allSatisfy { $0.slots == 1 } && schedule.activeCalls == 4)
        schedule.add("healthy", due: now, now: now)
        #expect(schedule.takeReady(now: now) == [Grant(target: "healthy", slots: 4)])
        schedule.finish(failing[0], .worked, next: now, now: now)
        #expect(schedule.takeReady(now: now).count == 1)
    }

    @Test func `a receiver that works again gets all of its attempts`() {
        var schedule = schedule()
        schedule.add("a", due: now, now: now)
        schedule.finish(schedule.takeReady(now: now)[0], .failed(pause: nil), next: now, now: now)
        let probe = schedule.takeReady(now: now)[0]
        #expect(probe.slots == 1)
        schedule.finish(probe, .unused, next: now, now: now)
        #expect(schedule.takeReady(now: now) == [probe])
        schedule.finish(probe, .worked, next: now, now: now)
        #expect(schedule.takeReady(now: now)[0].slots == 4)
    }

    @Test func `a receiver that asks for a pause gets nothing until it is over, whatever comes`() {
        var schedule = schedule()
        schedule.add("a", due: now, now: now)
        schedule.finish(schedule.takeReady(now: now)[0], .failed(pause: .seconds(60)), next: now, now: now)
        schedule.add("a", due: now, now: now + .seconds(10))
        #expect(schedule.takeReady(now: now + .seconds(59)).isEmpty)
        #expect(schedule.takeReady(now: now + .seconds(61)).map(\.target) == ["a"])
    }

    @Test func `after a jump of the clock nothing is lost`() {
        var schedule = schedule()
        schedule.add("a", due: now + .seconds(72 * 3600), now: now)
        #expect(schedule.takeReady(now: now - .seconds(3600)).isEmpty)
        #expect(schedule.takeReady(now: now + .seconds(30 * 86_400)).map(\.target) == ["a"])
    }
}
