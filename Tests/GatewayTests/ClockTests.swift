import Crypto
import Jobs
import Seal
import Server
import Synchronization
import Testing
import Wire

@testable import Access
@testable import Configuration
@testable import Gateway
@testable import Upstream
@testable import Vendors

/// The wall clock changes while the router runs: intervals are not affected.
struct ClockTests {
    private static let steps: [Duration] = [.zero, .seconds(-30), .seconds(-3600), .seconds(-86_400 * 400), .seconds(7200)]

    private static func account(_ base: String) -> Account {
        Account(name: "gpu", vendor: OpenAICompatible(), baseURL: base, secrets: ["api_key": Secret("sk-vendor")])
    }

    private static func create(key: String = "") -> String {
        let body = #"{"model": "gpu/some-model", "prompt": "x"}"#
        let authorization = key.isEmpty ? "" : "Authorization: Bearer \(key)\r\n"
        return "POST /v1/videos HTTP/1.1\r\nHost: localhost\r\n\(authorization)Content-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
    }

    private static func json(_ answer: String) throws -> JSON {
        try JSON(parsing: String(answer.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""))
    }

    private static func status(_ answer: String) -> String { String(answer.split(separator: " ").dropFirst().first ?? "") }

    @Test(arguments: steps) func `a job is asked about again after its interval`(step: Duration) async throws {
        let asked = Atomic(0)
        let base = try await TestHarness.startVendor(CallLog()) { exchange in
            let isStatus = exchange.head.method == .get
            let word = isStatus && asked.add(1, ordering: .relaxed).newValue > 1 ? "completed" : "queued"
            try await exchange.answer(Response(json: ["id": "job-1", "status": .string(word)]))
        }
        let clocks = ManualClocks()
        let router = try await TestHarness.startRouter([Self.account(base)], clocks: clocks)
        let id = try #require(try Self.json(await TestHarness.sendAndReadOnce(to: router, Self.create()))["id"]?.string)
        let question = "GET /v1/videos/\(id) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        clocks.advance(.seconds(3))
        #expect(try Self.json(await TestHarness.sendAndReadOnce(to: router, question))["status"]?.string == "queued")
        clocks.advance(.seconds(3), step: step)
        #expect(try Self.json(await TestHarness.sendAndReadOnce(to: router, question))["status"]?.string == "completed", "\(step)")
        #expect(asked.load(ordering: .relaxed) == 2)
    }

    @Test func `a job is as old as it is, not as the wall clock says`() async throws {
        let base = try await TestHarness.startVendor(CallLog()) {
            try await $0.answer(Response(json: ["id": "job-1", "status": "queued"]))
        }
        let clocks = ManualClocks()
        let router = try await TestHarness.startRouter([Self.account(base)], clocks: clocks)
        let id = try #require(try Self.json(await TestHarness.sendAndReadOnce(to: router, Self.create()))["id"]?.string)
        let question = "GET /v1/videos/\(id) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for step: Duration in [.seconds(86_400 * 365), .seconds(-86_400 * 400)] {
            clocks.advance(.seconds(3), step: step)
            #expect(try Self.json(await TestHarness.sendAndReadOnce(to: router, question))["status"]?.string == "queued", "\(step)")
        }
        clocks.advance(Limits().jobTimeout)
        #expect(try Self.json(await TestHarness.sendAndReadOnce(to: router, question))["status"]?.string == "failed")
    }

    @Test(arguments: steps) func `a key may create again when its window is over, and no sooner`(step: Duration) async throws {
        let base = try await TestHarness.startVendor(CallLog()) {
            try await $0.answer(Response(json: ["id": "job-1", "status": "queued"]))
        }
        let clocks = ManualClocks()
        var caller = Caller(Owner(name: "studio"))
        caller.rate = Rate("2/min")
        let router = try await TestHarness.startRouter(
            [Self.account(base)], keys: [Authenticator.APIKey(caller: caller, digest: SHA256.digest(of: "sk-right"))], clocks: clocks)
        for _ in 0..<2 { #expect(Self.status(try await TestHarness.sendAndReadOnce(to: router, Self.create(key: "sk-right"))) == "200") }
        clocks.advance(.seconds(29), step: step)
        #expect(Self.status(try await TestHarness.sendAndReadOnce(to: router, Self.create(key: "sk-right"))) == "429")
        clocks.advance(.seconds(2))
        #expect(Self.status(try await TestHarness.sendAndReadOnce(to: router, Self.create(key: "sk-right"))) == "200")
    }

    @Test(arguments: steps) func `an account that paused is open again when its pause is over, and no sooner`(step: Duration) async throws {
        let calls = Atomic(0)
        let base = try await TestHarness.startVendor(CallLog()) { exchange in
            if calls.add(1, ordering: .relaxed).newValue == 1 {
                var refusal = Response(status: 429)
                refusal.headers.set(.retryAfter, "20")
                return try await exchange.answer(refusal)
            }
            try await exchange.answer(Response(json: ["id": "job-1", "status": "queued"]))
        }
        let clocks = ManualClocks()
        let router = try await TestHarness.startRouter([Self.account(base)], clocks: clocks)
        #expect(Self.status(try await TestHarness.sendAndReadOnce(to: router, Self.create())) != "200")
        clocks.advance(.seconds(18), step: step)
        #expect(Self.status(try await TestHarness.sendAndReadOnce(to: router, Self.create())) != "200")
        #expect(calls.load(ordering: .relaxed) == 1)
        clocks.advance(.seconds(3))
        #expect(Self.status(try await TestHarness.sendAndReadOnce(to: router, Self.create())) == "200")
    }
}
