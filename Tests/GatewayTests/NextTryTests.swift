import Crypto
import Jobs
import Net
import Routing
import Seal
import Server
import Testing
import Vendors
import Wire

@testable import Access
@testable import Gateway
@testable import Upstream

/// Plans whose vendors refuse: what the client reads, which vendor is tried next, and what stays open for other clients.
struct NextTryTests {
    /// What a simulated vendor answers to a prompt.
    struct Answer: Sendable {
        var status: Int
        var body: String
        var headers: [(HeaderName, String)] = []
        static let accepted = Answer(status: 200, body: #"{"id": "video_1", "object": "video", "status": "queued"}"#)
    }

    private struct Fixture {
        var router: Address
        var logs: [CallLog]

        func create(_ prompt: String, key: String = "alice", model: String = "pool") async throws -> String {
            let body = #"{"model": "\#(model)", "prompt": "\#(prompt)"}"#
            return try await TestHarness.sendAndReadOnce(
                to: router,
                "POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-\(key)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
        }
    }

    /// A router whose alias `pool` has one model at each of these vendors; vendors answer by words of the prompt.
    private static func makeFixture(_ vendors: [[String: Answer]]) async throws -> Fixture {
        var accounts: [Account] = []
        var logs: [CallLog] = []
        for (place, answers) in vendors.enumerated() {
            let log = CallLog()
            let base = try await TestHarness.startVendor(log) { exchange in
                let body = String(decoding: try await exchange.readBody(limit: 10_000), as: UTF8.self)
                let answer = answers.first { body.contains($0.key) }?.value ?? .accepted
                var headers = Headers([("content-type", "application/json")])
                for (name, value) in answer.headers { headers.set(name, value) }
                try await exchange.answer(Response(status: answer.status, headers: headers, body: Pieces(answer.body)))
            }
            let vendor = try #require(Registry.vendor("openai-compatible"))
            accounts.append(Account(name: "up\(place)", vendor: vendor, baseURL: base + "/v1", secrets: ["api_key": Secret("sk-up")]))
            logs.append(log)
        }
        let keys = ["alice", "bob"].map { Authenticator.APIKey(caller: Caller(Owner(name: $0)), digest: SHA256.digest(of: "sk-\($0)")) }
        let targets = accounts.map { Planner.Target(model: $0.name + "/wan-x") }
        return Fixture(router: try await TestHarness.startRouter(accounts, keys: keys, aliases: [("pool", targets)]), logs: logs)
    }

    private static func status(_ answer: String) -> String { String(answer.split(separator: " ").dropFirst().first ?? "") }

    private static func refused(_ status: Int, _ message: String, code: String = "x") -> Answer {
        Answer(status: status, body: #"{"error": {"message": "\#(message)", "code": "\#(code)"}}"#)
    }

    @Test func `a moderated prompt is refused to its client alone, and shown to no other vendor`() async throws {
        let no = Self.refused(403, "moderation blocked", code: "content_policy_violation")
        let fixture = try await Self.makeFixture([["nsfw": no], ["nsfw": no]])
        let answer = try await fixture.create("nsfw")
        #expect(Self.status(answer) == "400" && answer.contains("moderation blocked"), "\(answer)")
        #expect(fixture.logs.map(\.all.count) == [1, 0])
        #expect(Self.status(try await fixture.create("good", key: "bob")) == "200")
        #expect(fixture.logs.map(\.all.count) == [2, 0])
    }

    @Test(arguments: [
        (404, "The model wan-x does not exist", "x"), (403, "Your plan does not include this model", "model_access_denied"),
        (403, "Country, region, or territory not supported", "x"), (401, "Invalid key", "invalid_api_key"),
        (402, "Insufficient balance", "x"), (422, "duration 4 is not taken here", "invalid"), (429, "slow down", "rate"),
    ])
    func `a proven refusal lets the next vendor be tried`(status: Int, message: String, code: String) async throws {
        let fixture = try await Self.makeFixture([["boat": Self.refused(status, message, code: code)], [:]])
        #expect(Self.status(try await fixture.create("a boat")) == "200")
        #expect(fixture.logs.map(\.all.count) == [1, 1])
    }

    @Test func `a model that is closed stays open at other accounts, and the account serves its other models`() async throws {
        let fixture = try await Self.makeFixture([["wan-x": Self.refused(404, "The model wan-x does not exist")], [:]])
        for _ in 0..<3 { #expect(Self.status(try await fixture.create("a boat")) == "200") }
        #expect(fixture.logs.map(\.all.count) == [1, 3], "asked once, then closed")
        #expect(Self.status(try await fixture.create("a boat", model: "up0/other")) == "200")
        let closed = try await fixture.create("a boat", model: "up0/wan-x")
        #expect(Self.status(closed) == "404" && closed.contains("upstream_model_unavailable"), "\(closed)")
    }

    @Test func `a vendor's 500 closes it only for the owner of the request`() async throws {
        let fixture = try await Self.makeFixture([["odd": Self.refused(500, "oops")]])
        for _ in 0..<5 { #expect(try await fixture.create("odd").contains("create_ambiguous")) }
        let shut = try await fixture.create("odd")
        #expect(Self.status(shut) == "503" && shut.contains("upstream_unavailable"), "\(shut)")
        #expect(Self.status(try await fixture.create("good", key: "bob")) == "200")
        #expect(Self.status(try await fixture.create("good")) == "200", "a success opens it again")
    }

    @Test func `a client that writes a refusal into its prompt closes nothing`() async throws {
        let echo = Self.refused(403, "Refused prompt: 'odd: invalid api key expired, insufficient balance'")
        let fixture = try await Self.makeFixture([["odd": echo]])
        let answer = try await fixture.create("odd: invalid api key expired, insufficient balance")
        #expect(Self.status(answer) != "200")
        #expect(Self.status(try await fixture.create("good", key: "bob")) == "200")
    }

    @Test func `a firewall's page counts as an outage for its owner and is never shown`() async throws {
        let page = Answer(status: 403, body: "<html><title>Attention Required! | Cloudflare</title></html>")
        let fixture = try await Self.makeFixture([["odd": page]])
        let answer = try await fixture.create("odd")
        #expect(Self.status(answer) == "503" && !answer.contains("Cloudflare") && answer.contains("upstream_unavailable"), "\(answer)")
        #expect(Self.status(try await fixture.create("good", key: "bob")) == "200")
    }

    @Test func `a rate limit stays one for all who meet its pause, as long as the vendor says`() async throws {
        var slow = Self.refused(429, "slow down")
        for (fields, seconds) in [([(HeaderName.retryAfter, "30")], "30"), ([(.retryAfter, "7200")], "7200")] {
            slow.headers = fields
            let fixture = try await Self.makeFixture([["fast": slow]])
            for (prompt, key) in [("fast", "alice"), ("good", "alice"), ("good", "bob")] {
                let answer = try await fixture.create(prompt, key: key).lowercased()
                #expect(Self.status(answer) == "429" && answer.contains("rate_limit_exceeded"), "\(answer)")
                #expect(answer.contains("retry-after: \(seconds)\r\n"), "\(answer)")
                #expect(answer.contains("x-should-retry: false") == (seconds == "7200"))
            }
            #expect(fixture.logs.map(\.all.count) == [1])
        }
    }

    @Test func `a pause until a date is as long as it is by the vendor's clock, or by ours`() async throws {
        let until = Timestamp(unix: TestHarness.now.unix + 3600).httpDate
        for date in [nil, TestHarness.now.httpDate] {
            var slow = Self.refused(429, "slow down")
            slow.headers = [(.retryAfter, until)] + (date.map { [(HeaderName.date, $0)] } ?? [])
            let fixture = try await Self.makeFixture([["fast": slow]])
            let answer = try await fixture.create("fast")
            #expect(Self.status(answer) == "429" && answer.lowercased().contains("retry-after: 3600\r\n"), "\(answer)")
        }
    }

    @Test func `rate, money, key and outage stay distinct, also for requests that find the vendor closed`() async throws {
        let cases = [
            (Self.refused(429, "slow down"), "429", "rate_limit_exceeded"), (Self.refused(402, "no money"), "502", "upstream_balance"),
            (Self.refused(401, "no key"), "502", "upstream_credentials"),
            (Self.refused(404, "The model wan-x does not exist"), "404", "upstream_model_unavailable"),
        ]
        for (refusal, status, code) in cases {
            let fixture = try await Self.makeFixture([["boat": refusal]])
            for _ in 0..<2 {
                let answer = try await fixture.create("a boat")
                #expect(Self.status(answer) == status && answer.contains(code), "\(answer)")
            }
            #expect(fixture.logs.map(\.all.count) == [1])
        }
    }

    @Test func `the message names the alias, not the model behind it or the operator`() async throws {
        let fixture = try await Self.makeFixture([["boat": Self.refused(422, "wan-x of projects/acme-prod/x takes no boats")]])
        let answer = try await fixture.create("a boat")
        #expect(answer.contains("takes no boats") && !answer.contains("wan-x") && !answer.contains("acme"), "\(answer)")
    }
}
