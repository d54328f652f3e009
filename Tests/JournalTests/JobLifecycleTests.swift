import Glibc
import Jobs
import Testing
import Wire

@testable import Journal

struct JobLifecycleTests {
    private let fixture = JournalFixture()

    @Test func `an intent becomes accepted under its own id and keeps everything`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("intent", key: "k"))
        #expect(try await journal.jobRecord("intent")?.state == .intended)
        try await journal.recordAccepted("intent", as: "video_1")
        #expect(try await journal.jobRecord("intent") == nil)
        let entry = try #require(try await journal.jobRecord("video_1"))
        #expect(entry.state == .accepted && entry.owner == "studio" && entry.created == fixture.now && entry.idempotencyKey == "k")
        #expect(entry.prompt == "A paper boat" && entry.seconds == 4 && entry.size == "1280x720" && entry.requestID == "req_1")
        #expect(entry.reserved == Money(micros: 400_000) && entry.settled == nil && entry.requestDigest == Bytes(repeating: 1, count: 32))
        #expect((entry.account, entry.vendor, entry.model, entry.requestedModel, entry.dialect) == ("a", "v", "m", "sora-2", "openai"))
    }

    @Test func `claims that do not fit into the id are kept in the row, as is the vendor's id`() async throws {
        let journal = fixture.journal()
        var intent = fixture.jobRecord("intent")
        intent.sealedClaims = "sealed without a ticket"
        try await journal.recordIntent(intent)
        #expect(try await journal.jobRecord("intent")?.sealedClaims == "sealed without a ticket")
        try await journal.recordAccepted("intent", as: "short", sealedClaims: "sealed", ticket: Ticket("a", "b c"))
        var entry = try #require(try await journal.jobRecord("short"))
        #expect(entry.state == .accepted && entry.sealedClaims == "sealed" && entry.ticket == "a b c")
        journal.replaceID("short", with: "long")
        #expect(try await journal.jobRecord("short") == nil)
        entry = try #require(try await journal.jobRecord("long"))
        #expect(entry.sealedClaims == nil && entry.ticket == "a b c")
    }

    @Test func `the first end stays`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("intent"))
        try await journal.recordAccepted("intent", as: "video_1")
        journal.recordEnd("video_1", Fault(.moderated, "No.", code: "blocked"), settled: .zero, at: fixture.now)
        journal.recordEnd("video_1", nil, at: fixture.now + .seconds(9))
        let entry = try #require(try await journal.jobRecord("video_1"))
        #expect(
            entry.state == .failed && entry.fault?.kind == .moderated && entry.fault?.code == "blocked" && entry.fault?.message == "No.")
        #expect(entry.ended == fixture.now && entry.settled == .zero)
    }

    @Test func `a lost job that is found lives on under the id of its intent, once`() async throws {
        let journal = fixture.journal()
        var intent = fixture.jobRecord("intent", key: "k")
        intent.correlationKey = "genlock-1\ntext2video"
        try await journal.recordIntent(intent)
        try await journal.recordIntent(fixture.jobRecord("no clue"))
        #expect(try await journal.ambiguousJobs(since: fixture.now, limit: 9).isEmpty)
        for id in ["intent", "no clue"] {
            try await journal.markAmbiguous(id, because: Fault(.createAmbiguous, "Lost."), trace: "t", at: fixture.now)
        }
        #expect(try await journal.ambiguousJobs(since: fixture.now, limit: 9).map(\.correlationKey) == ["genlock-1\ntext2video"])
        #expect(try await journal.ambiguousJobs(since: fixture.now + .seconds(1), limit: 9).isEmpty)
        #expect(try await journal.recordFound("intent", as: "sealed"))
        #expect(try await !journal.recordFound("intent", as: "again"))
        let entry = try #require(try await journal.jobRecord("intent"))
        #expect(
            entry.state == .accepted && entry.sealedClaims == "sealed" && entry.fault == nil && entry.trace == nil && entry.ended == nil)
        #expect(entry.idempotencyKey == "k" && entry.reserved == Money(micros: 400_000))
        journal.recordEnd("intent", nil, at: fixture.now)
        #expect(try await journal.jobRecord("intent")?.state == .done)
        #expect(try await journal.ambiguousJobs(since: fixture.now, limit: 9).isEmpty)
    }

    @Test func `ends are distinguished`() async throws {
        let journal = fixture.journal()
        let ends: [(Fault?, JobRecord.State)] = [
            (nil, .done), (Fault(.vendorFailed, "x"), .failed), (Fault(.vendorCancelled, "x"), .cancelled),
        ]
        for (number, (fault, state)) in ends.enumerated() {
            try await journal.recordIntent(fixture.jobRecord("i\(number)"))
            try await journal.recordAccepted("i\(number)", as: "v\(number)")
            journal.recordEnd("v\(number)", fault, at: fixture.now)
            #expect(try await journal.jobRecord("v\(number)")?.state == state)
        }
        #expect(try await journal.jobRecord("v0")?.settled == Money(micros: 400_000))
    }

    @Test func `a key names one job of an owner until that job is known never to have been`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("one", key: "k"))
        await #expect { try await journal.recordIntent(fixture.jobRecord("two", key: "k")) } throws: {
            ($0 as? StorageError)?.kind == .constraint
        }
        try await journal.recordIntent(fixture.jobRecord("three", owner: "other", key: "k"))
        #expect(try await journal.jobRecord(of: "studio", key: "k")?.id == "one")
        try await journal.markNotSent("one", because: Fault(.vendorUnavailable, "down"), at: fixture.now)
        #expect(try await journal.jobRecord(of: "studio", key: "k") == nil)
        try await journal.recordIntent(fixture.jobRecord("four", key: "k"))
    }

    @Test func `a request is found by its digest, not beyond its time, not once it was refused`() async throws {
        let journal = fixture.journal()
        let start = fixture.now
        try await journal.recordIntent(fixture.jobRecord("one", digest: 7))
        fixture.advance(.seconds(60))
        let digest = Bytes(repeating: 7, count: 32)
        #expect(try await journal.jobRecord(of: "studio", digest: digest, since: start)?.id == "one")
        #expect(try await journal.jobRecord(of: "studio", digest: digest, since: start + .seconds(1)) == nil)
        #expect(try await journal.jobRecord(of: "other", digest: digest, since: start) == nil)
        try await journal.markNotSent("one", because: Fault(.vendorUnavailable, "down"), at: fixture.now)
        #expect(try await journal.jobRecord(of: "studio", digest: digest, since: start) == nil)
    }

    @Test func `pages follow each other in both orders, across a deleted cursor, for the owner alone`() async throws {
        let journal = fixture.journal()
        for number in 1...7 {
            try await journal.recordIntent(fixture.jobRecord("i\(number)", owner: number == 4 ? "other" : "studio"))
            if number != 6 { try await journal.recordAccepted("i\(number)", as: "v\(number)") }
        }
        let first = try #require(try await journal.page(of: "studio", after: nil, limit: 2, newestFirst: true))
        #expect(first.entries.map(\.id) == ["v7", "v5"] && first.hasMore)
        try await journal.markDeleted(fixture.jobRecord("v5"), at: fixture.now)
        let second = try #require(try await journal.page(of: "studio", after: "v5", limit: 2, newestFirst: true))
        #expect(second.entries.map(\.id) == ["v3", "v2"] && second.hasMore)
        let last = try #require(try await journal.page(of: "studio", after: "v2", limit: 2, newestFirst: true))
        #expect(last.entries.map(\.id) == ["v1"] && !last.hasMore)
        let rising = try #require(try await journal.page(of: "studio", after: "v2", limit: 9, newestFirst: false))
        #expect(rising.entries.map(\.id) == ["v3", "v7"] && !rising.hasMore)
        #expect(try await journal.page(of: "studio", after: "v4", limit: 2, newestFirst: true) == nil)
    }

    @Test func `deleting takes the prompt and leaves the cost, also where nothing was known`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("i", key: "k"))
        try await journal.recordAccepted("i", as: "v")
        try await journal.markDeleted(fixture.jobRecord("v"), at: fixture.now)
        try await journal.markDeleted(fixture.jobRecord("never seen"), at: fixture.now)
        let entry = try #require(try await journal.jobRecord("v"))
        #expect(entry.state == .deleted && entry.prompt == nil && entry.idempotencyKey == nil)
        #expect(try await journal.jobRecord("never seen")?.state == .deleted)
        #expect(try await journal.spent(by: "studio", since: fixture.now) == Money(micros: 400_000))
        #expect(try await journal.page(of: "studio", after: nil, limit: 9, newestFirst: true)?.entries.isEmpty == true)
    }

    @Test func `a prompt is cut at its bound between characters`() async throws {
        let journal = fixture.journal { $0.maxJournalPromptBytes = 10 }
        var entry = fixture.jobRecord("i")
        entry.prompt = "Gr\u{FC}\u{DF}e \u{1F3AC}\u{1F3AC}"
        try await journal.recordIntent(entry)
        #expect(try await journal.jobRecord("i")?.prompt == "Gr\u{FC}\u{DF}e ")
    }

    @Test func `a closed journal opens again`() async throws {
        let journal = fixture.journal()
        try await journal.recordIntent(fixture.jobRecord("i"))
        await journal.close()
        #expect(fixture.files.contains(Journal.fileName) && !fixture.files.contains(Journal.fileName + "-wal"))
        #expect(try await journal.jobRecord("i")?.state == .intended)
    }

    @Test func `only its owner can read the file`() async throws {
        let before = umask(0)
        defer { umask(before) }
        try await fixture.journal().recordIntent(fixture.jobRecord("i"))
        for file in fixture.files {
            var status = stat()
            #expect(stat(fixture.folder + "/" + file, &status) == 0 && status.st_mode & 0o777 == 0o600, "\(file)")
        }
    }
}
