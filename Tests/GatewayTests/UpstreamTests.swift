import Crypto
import Jobs
import Net
import Seal
import Server
import Testing
import Wire

@testable import Gateway
@testable import Upstream

/// What calls to vendors prove when they fail, and where redirects may lead.
struct UpstreamTests {
    private static func account(_ base: String) -> Account {
        let stub = RequestBuilderTests.Stub(["main": "https://api.stub.example"])
        return Account(name: "a", vendor: stub, baseURL: base, secrets: ["api_key": Secret("sk-vendor")])
    }

    /// Status and body of the reply, or kind and proof of the fault.
    private static func outcome(of call: Call, at base: String) async throws -> String {
        try await TestHarness.withUpstream { upstream in
            do throws(Fault) {
                let reply = try await upstream.send(call, with: account(base))
                return "\(reply.status) \(String(decoding: reply.body, as: UTF8.self))"
            } catch {
                return "\(error.kind.rawValue) \(error.sent.map { "\($0)" } ?? "-")"
            }
        }
    }

    private static let start = Call(.start, .post, path: "/jobs", body: .json(["prompt": "x"]))
    private static let status = Call(.status, .get, path: "/jobs/1")

    @Test func `a call carries the key and comes back whole`() async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { try await $0.answer(Response(status: 200, body: Pieces("fine"))) }
        #expect(try await Self.outcome(of: Self.start, at: base) == "200 fine")
        #expect(log.all == ["POST /jobs Bearer sk-vendor"])
    }

    /// A header of its own makes a call build the rest of its headers itself.
    @Test(arguments: [start, status]) func `prepared headers are those that a call would build`(call: Call) async throws {
        let received = CallLog()
        let base = try await TestHarness.startVendor(CallLog()) { exchange in
            let names = exchange.head.headers.fields.filter { $0.name != "x-own" }.map { "\($0.name): \($0.value)" }
            received.add(names.sorted().joined(separator: "\n"))
            _ = try await exchange.readBody(limit: 1000)
            try await exchange.answer(Response(status: 200, body: Pieces("echo sk-vendor")))
        }
        var own = call
        own.headers.append(("x-own", "1"))
        for call in [call, own] { #expect(try await Self.outcome(of: call, at: base) == "200 echo [secret]") }
        #expect(received.all.count == 2 && received.all[0] == received.all[1])
        #expect(received.all[0].contains("authorization: Bearer sk-vendor"))
    }

    /// The received requests with their bodies.
    @Test func `a key for the body is its first member, and is omitted if there is no body`() async throws {
        let (log, bodies) = (CallLog(), CallLog())
        let base = try await TestHarness.startVendor(log) { exchange in
            bodies.add(String(decoding: try await exchange.readBody(limit: 1000), as: UTF8.self))
            try await exchange.answer(Response(status: 200, body: Pieces("fine")))
        }
        var stub = RequestBuilderTests.Stub(["main": "https://api.stub.example"])
        stub.card.auth = .bodyMember("api_key")
        let account = Account(name: "a", vendor: stub, baseURL: base, secrets: ["api_key": Secret("sk-vendor")])
        for call in [Self.start, Self.status] {
            let status = try await TestHarness.withUpstream { upstream in
                (try? await upstream.send(call, with: account))?.status
            }
            #expect(status == 200)
        }
        #expect(log.all == ["POST /jobs -", "GET /jobs/1 -"])
        #expect(bodies.all == [#"{"api_key":"sk-vendor","prompt":"x"}"#, ""])
    }

    @Test func `a start call without a connection was not sent`() async throws {
        let listener = try Listener(.loopback())
        listener.stop()
        #expect(try await Self.outcome(of: Self.start, at: "http://\(listener.address)") == "vendorUnavailable no")
        #expect(try await Self.outcome(of: Self.status, at: "http://\(listener.address)") == "vendorUnavailable no")
    }

    @Test func `a start whose answer is lost may have been sent, and is sent once`() async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { $0.abort() }
        #expect(try await Self.outcome(of: Self.start, at: base) == "createAmbiguous maybe")
        #expect(log.all.count == 1)
        #expect(try await Self.outcome(of: Self.status, at: base) == "vendorUnavailable -")
    }

    @Test(arguments: [(401, "401 "), (429, "429 "), (200, "createAmbiguous maybe"), (500, "createAmbiguous maybe")])
    func `a status that proves the refusal proves it without its body`(code: Int, outcome: String) async throws {
        let base = try await TestHarness.startVendor(CallLog()) { exchange in
            _ = try await exchange.readBody(limit: 100)
            try await exchange.start(code, Headers(), length: 10)
            try await exchange.write([1, 2, 3])
            exchange.abort()
        }
        let result = try await Self.outcome(of: Self.start, at: base)
        #expect(result == outcome || result == "createAmbiguous maybe" && code == 200)
    }

    @Test func `a redirect within the host is followed with the key, up to the limit`() async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) { exchange in
            guard exchange.head.path != "/end" else { return try await exchange.answer(Response(status: 200, body: Pieces("clip"))) }
            let next = exchange.head.path == "/jobs/1" ? "/end" : "/again"
            try await exchange.answer(Response(status: 302, headers: Headers([(.location, next)])))
        }
        #expect(try await Self.outcome(of: Self.status, at: base) == "200 clip")
        #expect(log.all == ["GET /jobs/1 Bearer sk-vendor", "GET /end Bearer sk-vendor"])
        #expect(try await Self.outcome(of: Call(.status, .get, path: "/again"), at: base) == "vendorNonsense -")
        #expect(log.all.count == 2 + 1 + Limits().maxRedirects)
    }

    @Test(arguments: ["http://localhost:PORT/meta", "//127.0.0.2:PORT/meta", "http://169.254.169.254/latest", "http://[::1]:PORT/meta"])
    func `a redirect to another host leads to public addresses only, even from a private one`(location: String) async throws {
        let log = CallLog()
        let secret = try await TestHarness.startVendor(log) { try await $0.answer(Response(status: 200, body: Pieces("secret"))) }
        let target = location.split(separator: "PORT", omittingEmptySubsequences: false).joined(
            separator: String(secret.split(separator: ":").last ?? ""))
        let base = try await TestHarness.startVendor(CallLog()) {
            try await $0.answer(Response(status: 307, headers: Headers([(.location, target)])))
        }
        #expect(try await Self.outcome(of: Self.status, at: base) == "vendorUnavailable no")
        #expect(log.all.isEmpty)
    }

    @Test func `a POST is not redirected`() async throws {
        let log = CallLog()
        let base = try await TestHarness.startVendor(log) {
            try await $0.answer(Response(status: 307, headers: Headers([(.location, "/again")])))
        }
        #expect(try await Self.outcome(of: Self.start, at: base) == "307 ")
        #expect(log.all.count == 1)
    }

    @Test func `a request to another host keeps its other headers but no credential`() {
        let headers = Headers([
            (.authorization, "Bearer k"), ("x-goog-api-key", "k"), ("cookie", "k"), ("x-amz-security-token", "k"), ("api-key", "k"),
            (.accept, "*/*"),
            ("accept-encoding", "identity"), (.range, "bytes=0-1"), (.ifRange, "\"a\""),
        ])
        #expect(headers.withoutCredentials.fields.map(\.name) == ["accept", "accept-encoding", "range", "if-range"])
    }

    @Test(arguments: ["http://127.0.0.1:9/a.png", "http://localhost/a.png", "file:///etc/passwd", "http://[::ffff:10.0.0.1]/", "nonsense"])
    func `a URL that a client names is fetched from public addresses only`(url: String) async throws {
        let fault = try await TestHarness.withUpstream { upstream -> Fault? in
            do throws(Fault) {
                let memory = MemoryReservation(BodyMemoryBudget(Limits()), retryAfter: .seconds(1))
                _ = try await upstream.fetch(url, param: "image_url", for: Owner(name: "a"), memory: memory)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault?.kind == .unreachableInput)
        #expect(fault?.param == "image_url")
    }

    @Test func `an endless response is aborted`() async throws {
        let base = try await TestHarness.startVendor(CallLog()) { exchange in
            try await exchange.start(200, Headers(), length: nil)
            let text = Bytes(repeating: 0x20, count: 1 << 16)
            while true { try await exchange.write(text[...]) }
        }
        #expect(try await Self.outcome(of: Self.status, at: base) == "vendorUnavailable -")
    }

    /// The body of a video, or the reason why there is none.
    private static func clip(_ url: String, at base: String, _ resultHosts: Set<String> = []) async throws -> String {
        let account = Account(
            name: "a", vendor: account(base).vendor, baseURL: base, secrets: ["api_key": Secret("sk-vendor")], resultHosts: resultHosts)
        return try await TestHarness.withUpstream { upstream in
            do throws(Fault) {
                let reply = try await upstream.send(Call(.content, .get, foreign: url), with: account)
                return String(decoding: reply.body, as: UTF8.self)
            } catch {
                return error.detail?.contains("forbiddenAddress") == true ? "forbidden" : "\(error)"
            }
        }
    }

    @Test func `a result URL at another private address is not fetched, directly or by a redirect`() async throws {
        let (log, other) = (CallLog(), CallLog())
        let secret = try await TestHarness.startVendor(other) { try await $0.answer(Response(status: 200, body: Pieces("secret"))) }
        let base = try await TestHarness.startVendor(log) { exchange in
            if exchange.head.path == "/away" {
                return try await exchange.answer(Response(status: 302, headers: Headers([(.location, secret + "/x")])))
            }
            if exchange.head.path == "/here" {
                return try await exchange.answer(Response(status: 302, headers: Headers([(.location, "/clip")])))
            }
            try await exchange.answer(Response(status: 200, body: Pieces("clip")))
        }
        #expect(try await Self.clip(base + "/clip", at: base) == "clip")
        #expect(try await Self.clip(base + "/here", at: base) == "clip")
        for url in [secret + "/x", base + "/away", "http://169.254.169.254/latest", "http://10.255.255.1/x"] {
            #expect(try await Self.clip(url, at: base) == "forbidden", "\(url)")
        }
        #expect(other.all == [])
        #expect(try await Self.clip(base + "/away", at: base, [String(secret.dropFirst(7))]) == "secret")
        // Refused even if the operator lists it.
        #expect(try await Self.clip("http://169.254.169.254/latest", at: base, ["169.254.169.254"]) == "forbidden")
    }

    @Test(arguments: [Resolver.LookupError.temporary, .busy, .timedOut, .notFound])
    func `a look-up that fails here is not the vendor's failure`(failure: Resolver.LookupError) async throws {
        let account = Self.account("http://vendor.test:1")
        let outcome = try await TestHarness.withUpstream(resolver: Resolver { _ in .failure(failure) }) { upstream in
            do throws(Fault) {
                return "\(try await upstream.send(Self.start, with: account).status)"
            } catch {
                return "\(error.kind.rawValue) \(error.sent.map { "\($0)" } ?? "-") \(error.scope)"
            }
        }
        #expect(outcome == "vendorUnavailable no router")
    }
}
