import Crypto
import Dialects
import Jobs
import Seal
import Testing
import Wire

@testable import Gateway
@testable import JobState

struct IdempotencyStoreTests {
    private let idempotency = IdempotencyStore(limits: Limits())
    private let now = Timestamp(unix: 1_800_000_000)
    private let owner = Owner(name: "studio")

    private func makeRequest(_ body: String, retry: Int? = 0, key: String? = nil, owner: Owner? = nil) async throws -> CreateRequest {
        var headers = Headers()
        if let retry { headers.set("x-stainless-retry-count", String(retry)) }
        if let key { headers.set(.idempotencyKey, key) }
        headers.set(.contentType, "application/json")
        let request = Request(method: .post, path: "/v1/videos", headers: headers, body: Bytes(body.utf8)[...])
        return try await CreateRequest(request, from: owner ?? self.owner, requestID: "req", limits: Limits())
    }

    private func begin(_ createRequest: CreateRequest, after span: Duration = .zero) throws -> IdempotencyStore.BeginResult {
        try idempotency.begin(createRequest, #require(createRequest.digest), now: Instant(nanoseconds: 0) + span)
    }

    private func beginNew(_ createRequest: CreateRequest, after span: Duration = .zero) throws -> Int? {
        if case .new(let number) = try begin(createRequest, after: span) { number } else { nil }
    }

    private func accepted(_ id: String) -> IdempotencyStore.Outcome {
        let claims = Claims(
            account: "a", vendor: "v", model: "m", ticket: Ticket("t"), created: now, dialect: "openai", requestedModel: "sora-2")
        let view = JobView(id: id, operation: .generate, progress: .queued, percent: 0, created: now, model: "sora-2")
        return .success(AcceptedJob(view: view, claims: claims, isSimulated: false))
    }

    private func id(_ entry: IdempotencyStore.BeginResult) throws -> String? {
        if case .replay(let outcome, _) = entry { try outcome.get().view.id } else { nil }
    }

    @Test func `a retry gets the job of the request it repeats`() async throws {
        let number = try #require(try beginNew(await makeRequest("x")))
        idempotency.complete(number, accepted("one"))
        #expect(try id(begin(await makeRequest("x", retry: 1))) == "one")
        #expect(try beginNew(await makeRequest("y", retry: 1)) != nil)
        #expect(try beginNew(await makeRequest("x", retry: 1, owner: Owner(name: "other"))) != nil)
        #expect(try beginNew(await makeRequest("x", retry: 1), after: .seconds(700)) != nil)
    }

    @Test func `equal requests that are not retries are separate`() async throws {
        idempotency.complete(try #require(try beginNew(await makeRequest("x"))), accepted("one"))
        #expect(try beginNew(await makeRequest("x")) != nil)
    }

    @Test func `a retry matches the job whose answer was lost`() async throws {
        let lost = try #require(try beginNew(await makeRequest("x")))
        let response = try #require(try beginNew(await makeRequest("x")))
        idempotency.complete(response, accepted("heard"))
        idempotency.markDelivered(response)
        idempotency.complete(lost, accepted("lost"))
        #expect(try id(begin(await makeRequest("x", retry: 1))) == "lost")
        #expect(try id(begin(await makeRequest("x", retry: 2))) == "lost")
    }

    @Test func `a retry matches the newest of equal jobs whose answers were delivered`() async throws {
        for id in ["first", "second", "third"] {
            let number = try #require(try beginNew(await makeRequest("x")))
            idempotency.complete(number, accepted(id))
            idempotency.markDelivered(number)
        }
        #expect(try id(begin(await makeRequest("x", retry: 1))) == "third")
        #expect(try id(begin(await makeRequest("x", retry: 2))) == "third", "the same client, once more")
        #expect(try id(begin(await makeRequest("x", retry: 1))) == "second", "another client's first retry")
        #expect(try id(begin(await makeRequest("x", retry: 5))) == "third", "retries before it never came here")
    }

    @Test func `a retry waits for the create in progress`() async throws {
        let number = try #require(try beginNew(await makeRequest("x")))
        guard case .inProgress(let same) = try begin(await makeRequest("x", retry: 1)) else {
            Issue.record("not waiting")
            return
        }
        #expect(same == number)
        async let waited = idempotency.wait(for: number)
        idempotency.complete(number, accepted("one"))
        #expect(try await waited?.get().view.id == "one")
    }

    @Test func `a refused create may be tried again, one that may have been accepted may not`() async throws {
        let refused = try #require(try beginNew(await makeRequest("x")))
        idempotency.complete(refused, .failure(Fault(.vendorUnavailable, "down", sent: .no)))
        let unclear = try #require(try beginNew(await makeRequest("x", retry: 1)))
        idempotency.complete(unclear, .failure(Fault(.createAmbiguous, "lost", sent: .maybe)))
        let third = try await makeRequest("x", retry: 2)
        #expect { try id(begin(third)) } throws: { ($0 as? Fault)?.kind == .createAmbiguous }
    }

    @Test func `a key is valid for one request and shows whether it is in progress`() async throws {
        let number = try #require(try beginNew(await makeRequest("x", retry: nil, key: "k")))
        let same = try await makeRequest("x", retry: nil, key: "k")
        let other = try await makeRequest("y", retry: nil, key: "k")
        #expect { try begin(same) } throws: { ($0 as? Fault)?.kind == .conflict }
        idempotency.complete(number, accepted("one"))
        #expect(try id(begin(same)) == "one")
        #expect { try begin(other) } throws: { ($0 as? Fault)?.kind == .keyReused }
        idempotency.forget("one")
        #expect(try beginNew(other) != nil)
    }

    @Test func `a form is the same with another boundary and another with another text`() async throws {
        func digest(_ boundary: String, _ text: String) async throws -> Bytes? {
            var headers = Headers()
            headers.set("x-stainless-retry-count", "0")
            headers.set(.contentType, "multipart/form-data; boundary=\(boundary)")
            let filler = String(repeating: "a", count: 3_000_000)
            let part = "content-disposition: form-data; name=\"prompt\"\r\n\r\n\(text)"
            let body = "--\(boundary)\r\n\(part)\r\n--\(boundary)\r\n\r\n\(filler)\r\n--\(boundary)--"
            let request = Request(method: .post, path: "/v1/videos", headers: headers, body: Bytes(body.utf8)[...])
            return try await CreateRequest(request, from: owner, requestID: "req", limits: Limits()).digest?.bytes
        }
        let one = try await digest("0123456789abcdef", "x")
        #expect(try await digest("fedcba9876543210", "x") == one)
        #expect(try await digest("0123456789abcdef", "y") != one)
    }

    @Test func `a request that says nothing of repetition has no digest`() async throws {
        #expect(try await makeRequest("x", retry: nil).digest == nil)
    }
}
