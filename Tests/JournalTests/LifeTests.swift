import Glibc
import Jobs
import Testing
import Wire

@testable import Journal

struct LifeTests {
    private let desktop = Desktop()

    @Test func `an intent becomes accepted under its own id and keeps everything`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("intent", key: "k"))
        #expect(try await journal.entry("intent")?.state == .intended)
        try await journal.accept("intent", as: "video_1")
        #expect(try await journal.entry("intent") == nil)
        let entry = try #require(try await journal.entry("video_1"))
        #expect(entry.state == .accepted && entry.owner == "studio" && entry.created == desktop.now && entry.key == "k")
        #expect(entry.prompt == "A paper boat" && entry.seconds == 4 && entry.size == "1280x720" && entry.request == "req_1")
        #expect(entry.reserved == Money(micros: 400_000) && entry.settled == nil && entry.digest == Bytes(repeating: 1, count: 32))
        #expect((entry.account, entry.vendor, entry.model, entry.asked, entry.dialect) == ("a", "v", "m", "sora-2", "openai"))
    }

    @Test func `what an id has no room for is kept with the row, and so is what the vendor calls the job`() async throws {
        let journal = desktop.journal()
        var intent = desktop.entry("intent")
        intent.found = "sealed without a ticket"
        try await journal.intend(intent)
        #expect(try await journal.entry("intent")?.found == "sealed without a ticket")
        try await journal.accept("intent", as: "short", found: "sealed", ticket: Ticket("a", "b c"))
        var entry = try #require(try await journal.entry("short"))
        #expect(entry.state == .accepted && entry.found == "sealed" && entry.ticket == "a b c")
        journal.rename("short", to: "long")
        #expect(try await journal.entry("short") == nil)
        entry = try #require(try await journal.entry("long"))
        #expect(entry.found == nil && entry.ticket == "a b c")
    }

    @Test func `the first end stays`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("intent"))
        try await journal.accept("intent", as: "video_1")
        journal.end("video_1", Fault(.moderated, "No.", code: "blocked"), settled: .zero, at: desktop.now)
        journal.end("video_1", nil, at: desktop.now + .seconds(9))
        let entry = try #require(try await journal.entry("video_1"))
        #expect(
            entry.state == .failed && entry.fault?.kind == .moderated && entry.fault?.code == "blocked" && entry.fault?.message == "No.")
        #expect(entry.ended == desktop.now && entry.settled == .zero)
    }

    @Test func `a lost job that is found lives on under the id of its intent, once`() async throws {
        let journal = desktop.journal()
        var intent = desktop.entry("intent", key: "k")
        intent.clue = "genlock-1\ntext2video"
        try await journal.intend(intent)
        try await journal.intend(desktop.entry("no clue"))
        #expect(try await journal.lost(since: desktop.now, limit: 9).isEmpty)
        for id in ["intent", "no clue"] {
            try await journal.doubt(id, because: Fault(.createAmbiguous, "Lost."), trace: "t", at: desktop.now)
        }
        #expect(try await journal.lost(since: desktop.now, limit: 9).map(\.clue) == ["genlock-1\ntext2video"])
        #expect(try await journal.lost(since: desktop.now + .seconds(1), limit: 9).isEmpty)
        #expect(try await journal.find("intent", as: "sealed"))
        #expect(try await !journal.find("intent", as: "again"))
        let entry = try #require(try await journal.entry("intent"))
        #expect(entry.state == .accepted && entry.found == "sealed" && entry.fault == nil && entry.trace == nil && entry.ended == nil)
        #expect(entry.key == "k" && entry.reserved == Money(micros: 400_000))
        journal.end("intent", nil, at: desktop.now)
        #expect(try await journal.entry("intent")?.state == .done)
        #expect(try await journal.lost(since: desktop.now, limit: 9).isEmpty)
    }

    @Test func `ends are told apart`() async throws {
        let journal = desktop.journal()
        let ends: [(Fault?, Entry.State)] = [
            (nil, .done), (Fault(.vendorFailed, "x"), .failed), (Fault(.vendorCancelled, "x"), .cancelled),
        ]
        for (number, (fault, state)) in ends.enumerated() {
            try await journal.intend(desktop.entry("i\(number)"))
            try await journal.accept("i\(number)", as: "v\(number)")
            journal.end("v\(number)", fault, at: desktop.now)
            #expect(try await journal.entry("v\(number)")?.state == state)
        }
        #expect(try await journal.entry("v0")?.settled == Money(micros: 400_000))
    }

    @Test func `a key names one job of an owner until that job is known never to have been`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("one", key: "k"))
        await #expect { try await journal.intend(desktop.entry("two", key: "k")) } throws: { ($0 as? StorageFailure)?.kind == .constraint }
        try await journal.intend(desktop.entry("three", owner: "other", key: "k"))
        #expect(try await journal.entry(of: "studio", key: "k")?.id == "one")
        try await journal.withdraw("one", because: Fault(.vendorUnavailable, "down"), at: desktop.now)
        #expect(try await journal.entry(of: "studio", key: "k") == nil)
        try await journal.intend(desktop.entry("four", key: "k"))
    }

    @Test func `a request is found by its digest, not beyond its time, not once it was refused`() async throws {
        let journal = desktop.journal()
        let start = desktop.now
        try await journal.intend(desktop.entry("one", digest: 7))
        desktop.advance(.seconds(60))
        let digest = Bytes(repeating: 7, count: 32)
        #expect(try await journal.entry(of: "studio", digest: digest, since: start)?.id == "one")
        #expect(try await journal.entry(of: "studio", digest: digest, since: start + .seconds(1)) == nil)
        #expect(try await journal.entry(of: "other", digest: digest, since: start) == nil)
        try await journal.withdraw("one", because: Fault(.vendorUnavailable, "down"), at: desktop.now)
        #expect(try await journal.entry(of: "studio", digest: digest, since: start) == nil)
    }

    @Test func `pages follow each other in both orders, across a deleted cursor, for the owner alone`() async throws {
        let journal = desktop.journal()
        for number in 1...7 {
            try await journal.intend(desktop.entry("i\(number)", owner: number == 4 ? "other" : "studio"))
            if number != 6 { try await journal.accept("i\(number)", as: "v\(number)") }
        }
        let first = try #require(try await journal.page(of: "studio", after: nil, limit: 2, newestFirst: true))
        #expect(first.entries.map(\.id) == ["v7", "v5"] && first.hasMore)
        try await journal.delete(desktop.entry("v5"), at: desktop.now)
        let second = try #require(try await journal.page(of: "studio", after: "v5", limit: 2, newestFirst: true))
        #expect(second.entries.map(\.id) == ["v3", "v2"] && second.hasMore)
        let last = try #require(try await journal.page(of: "studio", after: "v2", limit: 2, newestFirst: true))
        #expect(last.entries.map(\.id) == ["v1"] && !last.hasMore)
        let rising = try #require(try await journal.page(of: "studio", after: "v2", limit: 9, newestFirst: false))
        #expect(rising.entries.map(\.id) == ["v3", "v7"] && !rising.hasMore)
        #expect(try await journal.page(of: "studio", after: "v4", limit: 2, newestFirst: true) == nil)
    }

    @Test func `deleting takes the prompt and leaves the cost, also where nothing was known`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("i", key: "k"))
        try await journal.accept("i", as: "v")
        try await journal.delete(desktop.entry("v"), at: desktop.now)
        try await journal.delete(desktop.entry("never seen"), at: desktop.now)
        let entry = try #require(try await journal.entry("v"))
        #expect(entry.state == .deleted && entry.prompt == nil && entry.key == nil)
        #expect(try await journal.entry("never seen")?.state == .deleted)
        #expect(try await journal.spent(by: "studio", since: desktop.now) == Money(micros: 400_000))
        #expect(try await journal.page(of: "studio", after: nil, limit: 9, newestFirst: true)?.entries.isEmpty == true)
    }

    @Test func `a prompt is cut at its bound between characters`() async throws {
        let journal = desktop.journal { $0.journalPromptBytes = 10 }
        var entry = desktop.entry("i")
        entry.prompt = "Gr\u{FC}\u{DF}e \u{1F3AC}\u{1F3AC}"
        try await journal.intend(entry)
        #expect(try await journal.entry("i")?.prompt == "Gr\u{FC}\u{DF}e ")
    }

    @Test func `a closed journal opens again`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("i"))
        await journal.close()
        #expect(desktop.files.contains(Journal.file) && !desktop.files.contains(Journal.file + "-wal"))
        #expect(try await journal.entry("i")?.state == .intended)
    }

    @Test func `only its owner can read the file`() async throws {
        let before = umask(0)
        defer { umask(before) }
        try await desktop.journal().intend(desktop.entry("i"))
        for file in desktop.files {
            var status = stat()
            #expect(stat(desktop.folder + "/" + file, &status) == 0 && status.st_mode & 0o777 == 0o600, "\(file)")
        }
    }
}
