import Catalog
import Client
import Crypto
import Dialects
import Glibc
import JobState
import Jobs
import Journal
import Net
import Routing
import Seal
import Server
import Synchronization
import Telemetry
import TestCard
import Vendors
import Wire

@testable import Access
@testable import Gateway
@testable import Upstream

/// A vendor that speaks OpenAI's API and keeps a ledger of what it was paid for.
final class FakeVendor: Sendable {
    struct State {
        /// Given to the next jobs, in order; then `job_1`, `job_2`, …
        var ids: [String] = []
        /// The state of each job by the vendor's id.
        var jobs: [String: String] = [:]
        var created = 0
        /// The answer to DELETE; nil deletes the job.
        var deletion: Response?
        /// Answers every start call instead of the usual reply.
        var start: Response?
        /// How the answer to every start call is lost; nil sends it.
        var loss: LostAnswer?
        /// The vendor's ids by the names that start calls carried (`TraceableVendor`).
        var idsByName: [String: String] = [:]
        /// Answers every lookup call instead of the usual reply.
        var lookup: Response?
        /// What each start call's job costs, as the vendor reports it with its state.
        var reportedCost: Double?
        /// Runs before a start call is answered.
        var beforeAnswer: (@Sendable () async -> Void)?
    }

    /// How the answer to a received call is lost.
    enum LostAnswer: String, Sendable, CaseIterable {
        case cutBeforeHead, cutInBody, never

        func lose(_ response: Response, _ exchange: any Exchange) async throws {
            switch self {
            case .cutBeforeHead: break
            case .cutInBody:
                try await exchange.start(response.status, response.headers, length: 1000)
                try await exchange.write(Bytes(#"{"id": "jo"#.utf8)[...])
            case .never:
                await withCheckedContinuation { disconnected in exchange.onClientDisconnect { disconnected.resume() } }
            }
            exchange.abort()
        }
    }

    private let state = Mutex(State())
    let log = CallLog()

    /// Starts the server.
    /// - Returns: the base URL of an account.
    func serve() async throws -> String {
        try await TestHarness.startVendor(log) { exchange in
            if exchange.head.method == .post {
                _ = try await exchange.readBody(limit: 1 << 20)
                await self.state.withLock { $0.beforeAnswer }?()
            }
            let answer = self.answer(exchange.head)
            guard exchange.head.method == .post, let loss = self.state.withLock({ $0.loss }) else {
                return try await exchange.answer(answer)
            }
            try await loss.lose(answer, exchange)
        } + "/v1"
    }

    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }
    var created: Int { state.withLock { $0.created } }

    private func answer(_ head: RequestHead) -> Response {
        state.withLock { state in
            let segments = head.path.split(separator: "/").map { Percent.decoded($0) }
            if let name = head.query["name"], head.method == .get { return FakeVendor.lookUp(name, state) }
            guard head.method != .post else { return FakeVendor.create(&state, name: head.query["name"]) }
            guard segments.count > 2, let word = state.jobs[segments[2]] else {
                return Response(status: 404, json: ["error": "no such job"])
            }
            if head.method == .delete {
                if let deletion = state.deletion { return deletion }
                state.jobs[segments[2]] = nil
                return Response(json: ["id": .string(segments[2]), "object": "video.deleted", "deleted": true])
            }
            guard segments.count == 3 else {
                var response = Response(status: 200, body: Pieces("bytes of \(segments[2])"))
                response.headers.set(.contentType, "video/mp4")
                return response
            }
            var answer: JSONValue = ["id": .string(segments[2]), "object": "video", "status": .string(word)]
            if let cost = state.reportedCost { answer["cost"] = .double(cost) }
            return Response(json: answer)
        }
    }

    private static func lookUp(_ name: String, _ state: State) -> Response {
        state.lookup ?? Response(json: ["id": state.idsByName[name].map(JSONValue.string) ?? .null])
    }

    private static func create(_ state: inout State, name: String?) -> Response {
        state.created += 1
        if let start = state.start { return start }
        let id = state.ids.isEmpty ? "job_\(state.created)" : state.ids.removeFirst()
        state.jobs[id] = "in_progress"
        if let name { state.idsByName[name] = id }
        return Response(json: ["id": .string(id), "object": "video", "status": "queued"])
    }
}

/// A router with a state folder of its own that can be restarted, and a clock that the test moves.
final class RestartableRouter: Sendable {
    struct Answer: Sendable {
        var status: Int
        var head: String
        var body: String
        var json: JSON? { try? JSON(parsing: Bytes(body.utf8)[...]) }
        var id: String { json?["id"]?.string ?? "" }
    }

    private struct Running {
        var address: Address
        var journal: Journal?
        var shared: SharedState
    }

    let folder: String
    private let ownsFolder: Bool
    private let ring: KeyRing
    private let clocks = ManualClocks()
    private let running = Mutex<Running?>(nil)
    private let accounts: [Account]
    private let aliases: [(name: String, targets: [Planner.Target])]
    private let keys: [Authenticator.APIKey]
    private let limits: Limits

    /// - Parameter caller: of the key whose text is `key`; the key `other` is another owner's.
    init(
        _ accounts: [Account], aliases: [(name: String, targets: [Planner.Target])] = [], caller: Caller = Caller(Owner(name: "studio")),
        limits: Limits = Limits(), hasJournal: Bool = true
    ) async throws {
        var template = Array("/tmp/genlock-paid-XXXXXX".utf8CString)
        folder = String(cString: mkdtemp(&template))
        ownsFolder = true
        ring = KeyRing.generate(random: .system)
        self.accounts = accounts
        self.aliases = aliases
        self.limits = limits
        let other = Caller(Owner(name: "other"))
        keys = [
            Authenticator.APIKey(caller: caller, digest: SHA256.digest(of: "key")),
            Authenticator.APIKey(caller: other, digest: SHA256.digest(of: "other")),
        ]
        try await start(hasJournal: hasJournal)
    }

    /// Another program with the same state folder and configuration, which runs beside the first one and must not outlive it.
    init(beside other: RestartableRouter) async throws {
        folder = other.folder
        ownsFolder = false
        (ring, accounts, aliases, keys, limits) = (other.ring, other.accounts, other.aliases, other.keys, other.limits)
        try await start(hasJournal: other.journal != nil)
    }

    deinit {
        guard ownsFolder else { return }
        for file in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "runs"] { unlink(folder + "/" + file) }
        rmdir(folder)
    }

    static func account(
        _ base: String, name: String = "gpu", vendor: String = "openai-compatible", price: Money? = nil, slots: Int? = nil
    ) throws -> Account {
        guard let vendor = Registry.vendor(vendor) else { throw Fault(.unknownModel, "no such vendor") }
        return Account(
            name: name, vendor: vendor, baseURL: base, secrets: ["api_key": Secret("sk-vendor")], terms: terms(price: price, slots: slots))
    }

    /// - Parameters:
    ///   - price: of every job.
    ///   - slots: how many jobs may run at a time.
    static func terms(price: Money?, slots: Int? = nil) -> Account.Terms {
        var terms = Account.Terms()
        terms.slots = slots
        terms.price = price.map { Model.Price($0, per: .clip) }
        return terms
    }

    /// - Parameter step: how far the wall clock is set forward in addition.
    func advance(_ span: Duration, step: Duration = .zero) { clocks.advance(span, step: step) }
    var journal: Journal? { running.withLock { $0?.journal } }
    var shared: SharedState? { running.withLock { $0?.shared } }
    var address: Address? { running.withLock { $0?.address } }

    /// Searches for lost jobs once; further searches come after pauses in which a test has ended.
    func startReconciling() throws {
        guard let shared else { return }
        try TestHarness.startReconciling(shared, clocks)
    }

    /// Shuts the program down cleanly and starts it again: nothing stays in memory.
    func restart() async throws {
        shared?.statusCache.isClosing.store(true, ordering: .releasing)
        let journal = running.withLock { $0?.journal }
        await journal?.close()
        try await start(hasJournal: journal != nil)
    }

    private func start(hasJournal: Bool) async throws {
        let config = RuntimeConfig(
            accounts: accounts, simulator: TestCard(), aliases: aliases, catalog: try Catalog(), seal: ring,
            authenticator: Authenticator(keys: keys),
            standardDialect: OpenAI(),
            mounts: Dialects.all.map { ("/" + $0.name, $0) }, publicURL: "http://localhost", limits: limits)
        let journal = hasJournal ? Journal(in: folder, limits: limits) { [clocks] in clocks.wall } : nil
        let shared = SharedState(config, telemetry: Telemetry(), journal: journal)
        let address = try await TestHarness.serve(shared, clocks)
        running.withLock { $0 = Running(address: address, journal: journal, shared: shared) }
    }

    func call(_ method: String, _ path: String, body: String = "", key: String = "key", headers: [String] = []) async throws -> Answer {
        let lines = [
            "\(method) \(path) HTTP/1.1", "Host: localhost", "Authorization: Bearer \(key)", "Connection: close",
            "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
        ]
        guard let address else { throw Fault(.internalError, "not running") }
        let text = try await TestHarness.sendAndReadAll(with: address, (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body)
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw Fault(.internalError, "no answer: \(text)") }
        let head = String(text[..<end.lowerBound])
        return Answer(
            status: Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0, head: head.lowercased(),
            body: String(text[end.upperBound...]))
    }

    func create(_ model: String, prompt: String = "x", key: String = "key", headers: [String] = []) async throws -> Answer {
        let body = JSONValue.object([("model", .string(model)), ("prompt", .string(prompt))]).text
        return try await call("POST", "/v1/videos", body: body, key: key, headers: headers)
    }

    func status(of id: String) async throws -> Answer { try await call("GET", "/v1/videos/\(id)") }

    /// The owner's jobs as the journal has them, the newest first.
    func records() async throws -> [JobRecord] { try await journal?.jobRecords(of: "studio") ?? [] }

    /// The amount that the key has spent, from the journal.
    func spent() async throws -> Double {
        try await journal?.spent(by: "studio", since: Timestamp(unix: 0)).dollars ?? 0
    }
}

extension TestHarness {
    /// A router over that state, with the test's clocks.
    static func serve(_ shared: SharedState, _ clocks: ManualClocks) async throws -> Address {
        let listener = try Listener(.loopback())
        let tls = try TLSContext.client()
        let server = await Server(on: [loops[0]], limits: Limits(), clock: { clocks.wall }) { _ in
            Gateway(
                shared: shared, client: Client(resolver: resolver, tls: tls, limits: shared.config.limits), clock: { clocks.wall },
                monotonic: { clocks.monotonic })
        }
        try await server.serve(listener)
        retain(server)
        return listener.address
    }

    /// Searches for lost jobs on a loop, as the running program does, until the router of that state closes.
    static func startReconciling(_ shared: SharedState, _ clocks: ManualClocks) throws {
        let tls = try TLSContext.client()
        loops[0].spawn { _ in
            let client = Client(resolver: resolver, tls: tls, limits: Limits())
            await Gateway(shared: shared, client: client, clock: { clocks.wall }, monotonic: { clocks.monotonic }).reconcileAmbiguousJobs()
        }
    }

    /// Sends these bytes and returns all that comes back until the end, which must come within 20 seconds.
    static func sendAndReadAll(with address: Address, _ text: String) async throws -> String {
        try await loops[1].run { _ -> Result<String, any Error> in
            do {
                let deadline = Instant.now + .seconds(20)
                let stream = try await Net.Stream.connect(to: address, by: deadline)
                defer { stream.close() }
                try await stream.write(Bytes(text.utf8)[...], by: deadline)
                var all = Bytes()
                while case let piece = try await stream.read(by: deadline), !piece.isEmpty { all += piece }
                return .success(String(decoding: all, as: UTF8.self))
            } catch {
                return .failure(error)
            }
        }.get()
    }
}
