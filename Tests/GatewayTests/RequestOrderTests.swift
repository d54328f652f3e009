import Crypto
import Jobs
import Seal
import Server
import Testing
import Vendors
import Wire

@testable import Access
@testable import Gateway
@testable import Upstream

/// Requests are refused in a fixed order, and before anything is paid.
struct RequestOrderTests {
    private static func account(_ base: String) throws -> Account {
        let vendor = try #require(Registry.vendors.first { $0.card.name == "google" })
        return Account(name: "g", vendor: vendor, baseURL: base, secrets: ["api_key": Secret("sk-vendor")])
    }

    private static let keys = [
        Authenticator.APIKey(caller: Caller(Owner(name: "studio"), models: ["g/*", "nothing/*"]), digest: SHA256.digest(of: "sk-right"))
    ]

    private static func request(_ body: String, key: String = "sk-right", path: String = "/v1/videos", length: Int? = nil) -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(key)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(length ?? body.utf8.count)\r\n\r\n" + body
    }

    private static func status(_ answer: String) -> String { String(answer.split(separator: " ").dropFirst().first ?? "") }

    @Test(arguments: ["/v1/videos", "/v1/videos/generations"])
    func `a wrong key is refused before the body has come`(path: String) async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { try await $0.answer(Response(status: 200)) }
        let router = try await TestHarness.startRouter([Self.account(base)], keys: Self.keys)
        let answer = try await TestHarness.sendAndReadOnce(to: router, Self.request("{", key: "sk-wrong", path: path, length: 1_000_000))
        #expect(Self.status(answer) == "401")
        #expect(answer.contains("x-request-id: "))
        #expect(log.all.isEmpty)
    }

    @Test(arguments: [
        (#"{"model": "g/gemini-omni", "prompt": "x", "seconds": "99"}"#, "400"),
        (#"{"model": "g/gemini-omni", "prompt": "x", "size": "13x13"}"#, "400"),
        (#"{"model": "g/no-such-model", "prompt": "x"}"#, "404"), (#"{"model": "nothing/x", "prompt": "x"}"#, "404"),
        (#"{"model": "sora-2", "prompt": "x"}"#, "403"),
        (#"{"model": "g/gemini-omni"}"#, "400"), (#"{"model": 7}"#, "400"), ("{", "400"), ("", "400"),
    ])
    func `what the catalog or the key refuses never reaches the vendor`(body: String, status: String) async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { try await $0.answer(Response(status: 200)) }
        let router = try await TestHarness.startRouter([Self.account(base)], keys: Self.keys)
        let answer = try await TestHarness.sendAndReadOnce(to: router, Self.request(body))
        #expect(Self.status(answer) == status, "\(answer)")
        #expect(log.all.isEmpty)
    }

    @Test func `a key for no model gets no model and an empty list`() async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { try await $0.answer(Response(status: 200)) }
        let key = Authenticator.APIKey(caller: Caller(Owner(name: "metrics"), models: []), digest: SHA256.digest(of: "sk-right"))
        let router = try await TestHarness.startRouter([Self.account(base)], keys: [key])
        let body = #"{"model": "g/gemini-omni", "prompt": "x"}"#
        #expect(Self.status(try await TestHarness.sendAndReadOnce(to: router, Self.request(body))) == "403")
        let head = "HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-right\r\n\r\n"
        let list = try await TestHarness.sendAndReadOnce(to: router, "GET /v1/videos/models \(head)")
        #expect(Self.status(list) == "200" && list.contains(#""data":[]"#), "\(list)")
        #expect(log.all.isEmpty)
    }

    @Test func `an id of another owner is not found, and no vendor is called`() async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { try await $0.answer(Response(status: 200)) }
        let router = try await TestHarness.startRouter([Self.account(base)], keys: Self.keys)
        let head = "HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-right\r\n\r\n"
        var bodies: Set<Substring> = []
        for id in ["video_abc", "video_", "x", "video_" + String(repeating: "A", count: 200)] {
            let answer = try await TestHarness.sendAndReadOnce(to: router, "GET /v1/videos/\(id) " + head)
            #expect(Self.status(answer) == "404")
            bodies.insert(answer.split(separator: "\r\n").last ?? "")
        }
        #expect(bodies.count == 1)
        #expect(log.all.isEmpty)
    }

    @Test func `a lost answer is reported as ambiguous, and the vendor was called once`() async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { $0.abort() }
        let router = try await TestHarness.startRouter([Self.account(base)], keys: Self.keys)
        let answer = try await TestHarness.sendAndReadOnce(
            to: router, Self.request(#"{"model": "g/gemini-omni", "prompt": "x", "seconds": "5"}"#))
        #expect(["502", "504"].contains(Self.status(answer)), "\(answer)")
        #expect(answer.contains("create_ambiguous"))
        #expect(answer.lowercased().contains("x-should-retry: false"))
        #expect(log.all.count == 1)
    }
}
