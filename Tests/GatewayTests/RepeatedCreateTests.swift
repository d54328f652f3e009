import Jobs
import Journal
import Net
import Server
import Synchronization
import Testing
import Wire

@testable import Gateway

/// Creates that a client sends again: each is paid once, in one run of the program and across a restart.
struct RepeatedCreateTests {
    private let vendor = FakeVendor()
    private static let key = ["Idempotency-Key: k"]

    private func makeRouter(hasJournal: Bool = true) async throws -> RestartableRouter {
        try await RestartableRouter([RestartableRouter.account(vendor.serve())], hasJournal: hasJournal)
    }

    private static func retry(_ count: Int) -> [String] { ["x-stainless-retry-count: \(count)"] }

    @Test(arguments: [false, true])
    func `a key with the same request gives the job that was made`(restarts: Bool) async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any", headers: Self.key)
        if restarts { try await router.restart() }
        let again = try await router.create("gpu/any", headers: Self.key)
        #expect(again.status == 200 && again.id == made.id, "\(again.body)")
        #expect(vendor.created == 1)
        #expect(try await router.create("gpu/any", headers: ["Idempotency-Key: other"]).id != made.id)
        #expect(vendor.created == 2)
    }

    @Test(arguments: [false, true])
    func `a key with another request is refused and changes nothing`(restarts: Bool) async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any", headers: Self.key)
        if restarts { try await router.restart() }
        let other = try await router.create("gpu/any", prompt: "another", headers: Self.key)
        #expect(other.status == 422 && other.json?["error"]?["param"]?.string == "Idempotency-Key", "\(other.body)")
        #expect(vendor.created == 1)
        #expect(try await router.create("gpu/any", headers: Self.key).id == made.id)
    }

    @Test func `two programs with one journal pay once for a key`() async throws {
        let first = try await makeRouter()
        let second = try await RestartableRouter(beside: first)
        let gate = Gate()
        vendor.change { $0.beforeAnswer = { await gate.pass() } }
        async let pending = first.create("gpu/any", headers: Self.key)
        try await gate.waitForArrival()
        let conflict = try await second.create("gpu/any", headers: Self.key)
        #expect(conflict.status == 409 && vendor.created == 0, "\(conflict.body)")
        gate.open()
        let made = try await pending
        let again = try await second.create("gpu/any", headers: Self.key)
        #expect(made.status == 200 && again.status == 200 && again.id == made.id, "\(again.body)")
        #expect(vendor.created == 1)
    }

    @Test func `a key belongs to its owner`() async throws {
        let router = try await makeRouter()
        let mine = try await router.create("gpu/any", headers: Self.key)
        let theirs = try await router.create("gpu/any", key: "other", headers: Self.key)
        #expect(theirs.status == 200 && theirs.id != mine.id && vendor.created == 2)
    }

    @Test func `while the first create runs its key is in use, and an SDK's retry waits for it`() async throws {
        let router = try await makeRouter()
        let gate = Gate()
        vendor.change { $0.beforeAnswer = { await gate.pass() } }
        async let first = router.create("gpu/any", headers: Self.key)
        try await gate.waitForArrival()
        let conflict = try await router.create("gpu/any", headers: Self.key)
        #expect(conflict.status == 409 && conflict.head.contains("retry-after: 2"), "\(conflict.head)")
        async let retried = router.create("gpu/any", headers: Self.key + Self.retry(1))
        gate.open()
        let (made, again) = try await (first, retried)
        #expect(made.status == 200 && again.id == made.id, "\(again.body)")
        #expect(vendor.created == 1)
    }

    @Test(arguments: [false, true])
    func `an SDK's retry without a key is folded within its window`(restarts: Bool) async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any", headers: Self.retry(0))
        router.advance(Limits().retryDedupWindow - .seconds(1))
        if restarts { try await router.restart() }
        let again = try await router.create("gpu/any", headers: Self.retry(1))
        #expect(again.id == made.id && vendor.created == 1, "\(again.body)")
        router.advance(.seconds(2))
        if restarts { try await router.restart() }
        let late = try await router.create("gpu/any", headers: Self.retry(1))
        #expect(late.status == 200 && late.id != made.id && vendor.created == 2, "\(late.body)")
    }

    @Test func `a retry is not folded into another owner's create, nor into another request`() async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any", headers: Self.retry(0))
        let others = [
            try await router.create("gpu/any", key: "other", headers: Self.retry(1)),
            try await router.create("gpu/any", prompt: "another", headers: Self.retry(1)),
            try await router.create("gpu/any", headers: Self.retry(0)),
        ]
        #expect(Set(others.map(\.id) + [made.id]).count == 4 && vendor.created == 4)
    }

    @Test func `without a journal a key ends after its day`() async throws {
        let router = try await makeRouter(hasJournal: false)
        let made = try await router.create("gpu/any", headers: Self.key)
        router.advance(Limits().idempotencyKeyTTL - .seconds(1))
        #expect(try await router.create("gpu/any", headers: Self.key).id == made.id)
        router.advance(.seconds(2))
        #expect(try await router.create("gpu/any", headers: Self.key).id != made.id && vendor.created == 2)
    }

    @Test(arguments: [false, true])
    func `the key of a deleted job makes a new one`(restarts: Bool) async throws {
        let router = try await makeRouter()
        let made = try await router.create("gpu/any", headers: Self.key)
        #expect(try await router.call("DELETE", "/v1/videos/\(made.id)").status == 200)
        if restarts { try await router.restart() }
        let again = try await router.create("gpu/any", headers: Self.key)
        #expect(again.status == 200 && again.id != made.id && vendor.created == 2, "\(again.body)")
    }

    @Test(arguments: [.seconds(-86_400 * 400), .seconds(-3600), .seconds(3600), .seconds(86_400 * 400)] as [Duration])
    func `a step of the wall clock neither ends a key nor a retry's window`(step: Duration) async throws {
        let router = try await makeRouter(hasJournal: false)
        let keyed = try await router.create("gpu/any", headers: Self.key)
        let plain = try await router.create("gpu/any", prompt: "retried", headers: Self.retry(0))
        router.advance(.seconds(1), step: step)
        #expect(try await router.create("gpu/any", headers: Self.key).id == keyed.id)
        #expect(try await router.create("gpu/any", prompt: "retried", headers: Self.retry(1)).id == plain.id)
        #expect(vendor.created == 2)
    }
}

/// Holds each caller until it is opened, and reports the first arrival.
final class Gate: Sendable {
    private struct State {
        var hasArrival = false
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func pass() async {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isOpen = state.withLock { state in
                state.hasArrival = true
                if !state.isOpen { state.waiters.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// - Throws: if no caller arrives within half a minute.
    func waitForArrival() async throws {
        let deadline = Instant.now + .seconds(30)
        while !state.withLock({ $0.hasArrival }) {
            guard Instant.now < deadline else { throw Fault(.internalError, "no arrival") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
