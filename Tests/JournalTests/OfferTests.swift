import Jobs
import Testing
import Wire

@testable import Journal

/// A job that failed and is offered to another model, under the id that its owner has.
struct OfferTests {
    private let desktop = Desktop()
    private let wish = Wish(path: "/v1/videos", query: "", type: "application/json", body: Bytes("{}".utf8))

    private func started(_ journal: Journal) async throws {
        try await journal.intend(desktop.entry("i"), wish: wish)
        try await journal.accept("i", as: "v")
    }

    private var second: Entry {
        var entry = desktop.entry("v")
        (entry.account, entry.model, entry.tried, entry.moved) = ("b", "n", ["a m"], "It failed there.")
        entry.reserved = Money(micros: 700_000)
        return entry
    }

    private func made(_ offer: Journal.Offer) -> Bool { if case .made = offer { true } else { false } }

    @Test func `the row goes over to the next attempt, with its cost`() async throws {
        let journal = desktop.journal()
        try await started(journal)
        #expect(try await journal.wish(of: "v") == wish)
        #expect(made(try await journal.offer(second, after: "v", within: nil)))
        var entry = try #require(try await journal.entry("v"))
        #expect(entry.state == .intended && entry.account == "b" && entry.model == "n" && entry.tried == ["a m"] && entry.current == nil)
        #expect(try await journal.page(of: "studio", after: nil, limit: 9, newestFirst: true)?.entries.map(\.id) == ["v"])
        try await journal.arrive("v", current: "sealed")
        entry = try #require(try await journal.entry("v"))
        #expect(entry.state == .accepted && entry.current == "sealed" && entry.moved == "It failed there.")
        #expect(try await journal.spent(by: "studio", since: desktop.now) == Money(micros: 700_000))
        journal.end("v", nil, at: desktop.now)
        #expect(try await journal.wish(of: "v") == nil)
        #expect(try await journal.entry("v")?.settled == Money(micros: 700_000))
    }

    @Test func `one attempt is offered on once, and none that has ended`() async throws {
        let journal = desktop.journal()
        try await started(journal)
        #expect(made(try await journal.offer(second, after: "v", within: nil)))
        #expect(!made(try await journal.offer(second, after: "v", within: nil)))
        try await journal.arrive("v", current: "sealed")
        #expect(!made(try await journal.offer(second, after: "v", within: nil)))
        #expect(made(try await journal.offer(second, after: "sealed", within: nil)))
        try await journal.decline("v")
        journal.end("v", Fault(.vendorFailed, "x"), settled: .zero, at: desktop.now)
        #expect(!made(try await journal.offer(second, after: "sealed", within: nil)))
        #expect(try await journal.spent(by: "studio", since: desktop.now) == .zero)
    }

    @Test func `what the failed attempt would have cost may be spent on the next, and no more`() async throws {
        let journal = desktop.journal()
        try await started(journal)
        let tight = Ceiling(Money(micros: 699_999), since: desktop.now)
        guard case .tooDear(let spent) = try await journal.offer(second, after: "v", within: tight) else {
            Issue.record("it was let through")
            return
        }
        #expect(spent == .zero)
        #expect(try await journal.entry("v")?.state == .accepted)
        #expect(made(try await journal.offer(second, after: "v", within: Ceiling(Money(micros: 700_000), since: desktop.now))))
    }

    @Test func `a run that ends inside an offer leaves a job that may have been accepted`() async throws {
        do {
            let journal = desktop.journal()
            try await started(journal)
            #expect(made(try await journal.offer(second, after: "v", within: nil)))
            await journal.close()
        }
        // A run that has ended has let go of its mark.
        let database = try Database(desktop.path, run: 7)
        try database.execute("UPDATE jobs SET run = 12345")
        let journal = desktop.journal()
        #expect(try await journal.open() == 1)
        let entry = try #require(try await journal.entry("v"))
        #expect(entry.state == .ambiguous && entry.fault?.code == "create_ambiguous")
        #expect(try await journal.spent(by: "studio", since: desktop.now) == Money(micros: 700_000))
    }

    @Test func `a request is kept no longer than its job needs it`() async throws {
        let journal = desktop.journal()
        try await journal.intend(desktop.entry("one"), wish: wish)
        try await journal.withdraw("one", because: Fault(.vendorUnavailable, "x"), at: desktop.now)
        try await journal.intend(desktop.entry("two"), wish: wish)
        try await journal.accept("two", as: "v2")
        try await journal.delete(desktop.entry("v2"), at: desktop.now)
        #expect(try await journal.wish(of: "one") == nil)
        #expect(try await journal.wish(of: "v2") == nil)
    }

    @Test func `the jobs that an account has at work are found, and only those`() async throws {
        let journal = desktop.journal()
        for number in 1...3 {
            try await journal.intend(desktop.entry("i\(number)"))
            try await journal.accept("i\(number)", as: "v\(number)")
        }
        journal.end("v2", nil, at: desktop.now)
        #expect(try await journal.atWork(on: "a", since: desktop.now, limit: 9).map(\.id) == ["v3", "v1"])
        #expect(try await journal.atWork(on: "b", since: desktop.now, limit: 9).isEmpty)
        #expect(try await journal.atWork(on: "a", since: desktop.now + .seconds(1), limit: 9).isEmpty)
    }
}
