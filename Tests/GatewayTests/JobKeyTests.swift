import Crypto
import Jobs
import Seal
import Synchronization
import Testing
import Wire

@testable import JobState

/// Jobs whose ids share the characters that tables hash. Real salts never do; a client can write such an id, and sealers with a constant
/// salt make them here.
struct JobKeyTests {
    private static let salt = RandomSource { Bytes(repeating: 7, count: $0) }
    private static let sealer = Sealer(KeyRing.generate(random: .system))
    private static let owners = [Owner(name: "studio"), Owner(name: "other")]
    private static let now = Instant(nanoseconds: 10_000_000_000)
    private static let time = Timestamp(unix: 1_795_262_400)

    private static func claims(_ ticket: String) -> Claims {
        Claims(
            account: "gpu", vendor: "v", model: "m", ticket: Ticket(ticket), created: time, dialect: "openai", requestedModel: "gpu/m")
    }

    private static let ids = zip(owners, ["one", "two"]).map { sealer.seal(claims($1), for: $0, random: salt) }

    @Test func `the ids have equal hashes and are different keys`() {
        let keys = Self.ids.map { JobKey($0) }
        #expect(keys[0].hash == keys[1].hash && keys[0] != keys[1])
        #expect(Set(keys).count == 2 && keys[0] == JobKey(Self.ids[0]))
    }

    @Test func `another spelling of a letter is another key`() {
        let id = Self.ids[0] + "K"
        let other = Self.ids[0] + "\u{212A}"
        #expect(id == other && JobKey(id).hash == JobKey(other).hash && JobKey(id) != JobKey(other))
    }

    @Test func `different salts have different hashes, and so have short names`() {
        let ids = (0..<2000).map { _ in Self.sealer.seal(Self.claims("one"), for: Self.owners[0], random: .system) }
        let names = (0..<2000).map { "job \($0)" } + ["", "video_", String(repeating: "a", count: 24), String(repeating: "a", count: 25)]
        #expect(Set((ids + names).map { JobKey($0).hash }).count == ids.count + names.count)
        // Revision counters group jobs by the hash: two thousand of them are not in a few groups.
        #expect(Set(ids.map { JobKey($0).hash >> 32 % 4096 }).count > 1200)
    }

    @Test func `an opened id shows nothing of another owner's`() {
        let opened = JobIDCache(capacity: 8)
        for (id, owner) in zip(Self.ids, Self.owners) { opened.store(id, Self.claims(owner.name), for: owner) }
        #expect(opened.claims(of: Self.ids[0], for: Self.owners[0], with: Self.sealer) == Self.claims("studio"))
        #expect(opened.claims(of: Self.ids[1], for: Self.owners[1], with: Self.sealer) == Self.claims("other"))
        #expect(opened.claims(of: Self.ids[1], for: Self.owners[0], with: Self.sealer) == nil)
        // The same characters before another end, as a client could send them.
        let forged = String(Self.ids[0].dropLast(4)) + "AAAA"
        #expect(JobKey(forged).hash == JobKey(Self.ids[0]).hash)
        #expect(opened.claims(of: forged, for: Self.owners[0], with: Self.sealer) == nil)
    }

    @Test func `metadata of one job is not the other's`() {
        let metadata = JobMetadataCache(limits: Limits())
        metadata.storeIfAbsent(Self.ids[0], JobMetadataCache.JobMetadata(owner: "studio", prompt: "a kite"))
        #expect(metadata[Self.ids[1]] == nil)
        metadata.update(Self.ids[1]) { $0.prompt = "a cliff" }
        metadata.markDeleted(Self.ids[1])
        #expect(metadata[Self.ids[0]]?.prompt == "a kite" && metadata[Self.ids[0]]?.isDeleted == false)
        #expect(metadata[Self.ids[1]]?.isDeleted == true && metadata[Self.ids[1]]?.prompt == nil)
    }

    @Test func `the status of one job is not the other's`() throws {
        let statuses = JobStatusCache(capacity: 100)
        statuses.recordStatus(Self.ids[0], .running(percent: 40), now: Self.now, time: Self.time)
        #expect(statuses.lastKnown(Self.ids[1]) == nil)
        guard case .leader = statuses.acquire(Self.ids[1], now: Self.now, interval: .seconds(5), fresh: false) else {
            Issue.record("the other job's status was served")
            return
        }
        _ = try statuses.complete(Self.ids[1], .success(.running(percent: 80)), now: Self.now, time: Self.time, reportsFaults: false)
        #expect(statuses.lastKnown(Self.ids[0])?.percent == 40 && statuses.lastKnown(Self.ids[1])?.percent == 80)
    }

    @Test func `news of one job wakes only those who wait for it`() throws {
        let statuses = JobStatusCache(capacity: 100)
        let woken = Mutex<[Int]>([])
        for (index, id) in Self.ids.enumerated() {
            statuses.recordStatus(id, .queued, now: Self.now, time: Self.time)
            let known = try #require(statuses.lastKnown(id))
            #expect(statuses.subscribe({ woken.withLock { $0.append(index) } }, for: id, since: known) != nil)
        }
        _ = try statuses.complete(Self.ids[1], .success(.running(percent: 10)), now: Self.now, time: Self.time, reportsFaults: false)
        #expect(woken.withLock { $0 } == [1])
        statuses.close()
        #expect(woken.withLock { $0 } == [1, 0])
    }

    @Test func `jobs are polled together under their own ids`() {
        let statuses = JobStatusCache(capacity: 100)
        for (id, ticket) in zip(Self.ids, ["one", "two"]) {
            statuses.recordStatus(id, .queued, now: Self.now, time: Self.time)
            statuses.registerForBatch(id, Self.claims(ticket))
        }
        let batch = statuses.claimBatch(beside: Self.ids[0], on: "gpu", now: Self.now + .seconds(4), interval: .seconds(5), limit: 10)
        #expect(batch.map(\.id) == [Self.ids[1]] && batch.map(\.claims) == [Self.claims("two")])
    }
}
