import Jobs
import Testing
import Wire

@testable import Journal

struct WebhookEndpointTests {
    private let fixture = JournalFixture()

    private func endpoint(_ id: String, owner: String = "studio", events: [JobEvent] = JobEvent.allCases) -> WebhookEndpoint {
        WebhookEndpoint(
            id: id, owner: owner, name: "hook", url: "https://a.example/hook", events: events, sealedSecret: [1, 2], secretHint: "…abcd",
            created: fixture.now)
    }

    @Test func `an endpoint is what was inserted, and only its owner's`() async throws {
        let journal = fixture.journal { $0.maxWebhookEndpointsPerKey = 2 }
        let one = endpoint("e1", events: [.failed])
        #expect(try await journal.insertEndpoint(one))
        #expect(try await journal.insertEndpoint(endpoint("e2")))
        #expect(try await !journal.insertEndpoint(endpoint("e3")))
        #expect(try await journal.insertEndpoint(endpoint("e4", owner: "other")))
        #expect(try await journal.endpoint("e1", of: "studio") == one)
        #expect(try await journal.endpoint("e1") == one)
        #expect(try await journal.endpoint("e1", of: "other") == nil)
        #expect(try await journal.endpoint("e3", of: "studio") == nil)
    }

    @Test func `endpoints are listed in pages`() async throws {
        let journal = fixture.journal()
        for number in 1...3 { _ = try await journal.insertEndpoint(endpoint("e\(number)")) }
        _ = try await journal.insertEndpoint(endpoint("x", owner: "other"))
        let first = try #require(try await journal.endpoints(of: "studio", limit: 2))
        #expect(first.endpoints.map(\.id) == ["e1", "e2"] && first.hasMore)
        let second = try #require(try await journal.endpoints(of: "studio", after: "e2", limit: 2))
        #expect(second.endpoints.map(\.id) == ["e3"] && !second.hasMore)
        #expect(try await journal.endpoints(of: "studio", after: "x", limit: 2) == nil)
        #expect(try await journal.endpoints(of: nil, limit: 9)?.endpoints.count == 4)
    }

    @Test func `only what is named changes`() async throws {
        let journal = fixture.journal()
        _ = try await journal.insertEndpoint(endpoint("e"))
        fixture.advance(.seconds(9))
        let changed = try #require(
            try await journal.updateEndpoint("e", of: "studio", name: "new", url: nil, events: [.completed], at: fixture.now))
        #expect(changed.name == "new" && changed.url == "https://a.example/hook" && changed.events == [.completed])
        #expect(changed.updated == fixture.now && changed.created == fixture.now - .seconds(9))
        #expect(try await journal.updateEndpoint("e", of: "other", name: "x", url: nil, events: nil, at: fixture.now) == nil)
    }

    @Test func `a rotation keeps the old secret for a time or ends it`() async throws {
        let journal = fixture.journal()
        _ = try await journal.insertEndpoint(endpoint("e"))
        let until = fixture.now + .seconds(86_400)
        let kept = try await journal.rotateSecret(
            of: "e", owner: "studio", sealedSecret: [3], hint: "…new", oldUntil: until, at: fixture.now)
        #expect(kept?.sealedSecret == [3] && kept?.oldSecret == .init(sealed: [1, 2], until: until) && kept?.secretHint == "…new")
        let ended = try await journal.rotateSecret(
            of: "e", owner: "studio", sealedSecret: [4], hint: "…", oldUntil: nil, at: fixture.now)
        #expect(ended?.sealedSecret == [4] && ended?.oldSecret == nil)
        #expect(
            try await journal.rotateSecret(of: "e", owner: "other", sealedSecret: [5], hint: "", oldUntil: nil, at: fixture.now) == nil)
        #expect(try await journal.endpoint("e")?.sealedSecret == [4])
    }

    @Test func `a disabled or deleted endpoint gets no events`() async throws {
        let journal = fixture.journal()
        journal.setConfiguredEndpoints([ConfiguredEndpoint(id: "cfg", owner: "studio", events: [.completed])])
        for id in ["e1", "e2"] { _ = try await journal.insertEndpoint(endpoint(id)) }
        func end(_ id: String) async throws -> Set<String> {
            try await journal.recordIntent(fixture.jobRecord("i" + id))
            try await journal.recordAccepted("i" + id, as: id)
            journal.recordEnd(id, nil, at: fixture.now)
            return Set(try await journal.deliveries(state: .pending, limit: 99).filter { $0.jobID == id }.map(\.target))
        }
        #expect(try await end("v1") == ["cfg", "e1", "e2"])
        journal.disableEndpoint("e1", because: "it answered 410", at: fixture.now)
        journal.disableEndpoint("cfg", because: "it answered 410", at: fixture.now)
        #expect(try await journal.endpoint("e1")?.disabled == .init(since: fixture.now, reason: "it answered 410"))
        #expect(Set(try await journal.disabledEndpoints().keys) == ["cfg", "e1"])
        #expect(try await journal.deliveryStats().disabledEndpoints == 2)
        #expect(try await journal.deliveries(state: .dead, limit: 9).map(\.error).allSatisfy { $0?.contains("410") == true })
        #expect(try await journal.deliveries(state: .dead, limit: 9).count == 2)
        #expect(try await end("v2") == ["e2"])
        #expect(try await journal.deleteEndpoint("e2", of: "studio", at: fixture.now))
        #expect(try await !journal.deleteEndpoint("e2", of: "studio", at: fixture.now))
        #expect(try await journal.deliveryStats().pending == 0)
        journal.enableEndpoints(["cfg"])
        _ = try await journal.updateEndpoint("e1", of: "studio", name: nil, url: "https://b.example/", events: nil, at: fixture.now)
        #expect(try await end("v3") == ["cfg", "e1"])
    }
}
