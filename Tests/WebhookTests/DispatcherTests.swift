import Client
import Crypto
import Glibc
import Jobs
import Journal
import Net
import Seal
import Server
import Synchronization
import Telemetry
import Testing
import Webhooks
import Wire

/// Events of a journal reach a real receiver: those of registered endpoints, and those of a job's own callback.
final class DispatcherTests: Sendable {
    /// What a receiver got, and what it answers.
    final class Receiver: Sendable {
        struct Delivery: Sendable {
            let path: String
            let headers: Headers
            let body: Bytes
        }

        let deliveries = Mutex<[Delivery]>([])
        let status = Atomic<Int>(204)

        func wait(for count: Int) async -> [Delivery] {
            let deadline = Instant.now + .seconds(30)
            while Instant.now < deadline {
                let found = deliveries.withLock { $0 }
                if found.count >= count { return found }
                try? await Task.sleep(for: .milliseconds(10))
            }
            return deliveries.withLock { $0 }
        }
    }

    private final class ReceiverHandler: Handler {
        private let receiver: Receiver

        init(_ receiver: Receiver) { self.receiver = receiver }

        func handle(_ exchange: any Exchange) async {
            guard let body = try? await exchange.readBody(limit: 1 << 20) else { return }
            receiver.deliveries.withLock {
                $0.append(.init(path: exchange.head.path, headers: exchange.head.headers, body: Bytes(body)))
            }
            try? await exchange.answer(Response(status: receiver.status.load(ordering: .acquiring)))
        }

        func rejectionResponse(for rejected: RejectedRequest) -> Response { Response(status: rejected.status) }
        func report(_ rejection: ConnectionRejection) {}
    }

    private static let loops = Loop.start(count: 2)
    private let folder: String
    private let receiver = Receiver()
    /// Ends with the test.
    private let server = Mutex<Server?>(nil)

    init() {
        var template = Array("/tmp/genlock-dispatcher-XXXXXX".utf8CString)
        folder = String(cString: mkdtemp(&template))
    }

    deinit {
        for name in [Journal.fileName, Journal.fileName + "-wal", Journal.fileName + "-shm", "runs"] { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    /// Starts a receiver and a program that delivers to it.
    /// - Returns: the webhooks, and the URL of the receiver.
    private func start() async throws -> (webhooks: SharedWebhooks, url: String) {
        let networks = IPRange.loopback
        let journal = Journal(in: folder, limits: Limits()) { WallClock.now }
        let webhooks = SharedWebhooks(
            journal, keys: .generate(random: .system), settings: .init(policy: ReceiverPolicy(allowedNetworks: networks)),
            limits: Limits(), random: .system, clock: { WallClock.now })
        let server = await Server(on: [DispatcherTests.loops[0]], limits: Limits(), clock: { WallClock.now }) { [receiver] _ in
            ReceiverHandler(receiver)
        }
        self.server.withLock { $0 = server }
        let listener = try Listener(.loopback())
        try await server.serve(listener)
        let port = try #require(listener.address.port)
        let tls = try TLSContext.client()
        DispatcherTests.loops[1].spawn { _ in
            let dispatcher = WebhookDispatcher(webhooks, telemetry: Telemetry(), clock: { WallClock.now }) { settings in
                Client(
                    resolver: Resolver(Limits()), tls: tls, limits: WebhookSender.clientLimits(settings.limits),
                    privateNetworks: settings.policy.allowedNetworks)
            } callback: { row, content in
                guard row.event == .completed else { return .skip }
                let url = String(decoding: content, as: UTF8.self)
                return .send(WebhookRequest(url: url, headers: Headers(), body: Bytes(row.jobID.utf8)))
            }
            await dispatcher.run()
        }
        return (webhooks, "http://127.0.0.1:\(port)")
    }

    private func end(_ id: String, _ fault: Fault? = nil, callback: JobCallback? = nil, in journal: Journal) async throws {
        var record = JobRecord(
            owner: "studio", id: "i" + id, created: WallClock.now, account: "a", vendor: "v", model: "m", requestedModel: "m",
            dialect: "openai")
        record.requestID = "r"
        try await journal.recordIntent(record, callback: callback)
        try await journal.recordAccepted("i" + id, as: id)
        journal.recordEnd(id, fault, at: WallClock.now)
    }

    @Test func `a registered endpoint gets its events, signed with both secrets during a rotation`() async throws {
        let (webhooks, url) = try await start()
        let (endpoint, old) = try await webhooks.endpoints.create(
            name: "hook", url: url + "/registered", events: [.completed], owner: "studio")
        let (_, new) = try await webhooks.endpoints.rotateSecret(of: endpoint.id, owner: "studio", keepingOldFor: .seconds(60))
        try await end("v1", Fault(.vendorFailed, "x"), in: webhooks.journal)
        try await end("v2", in: webhooks.journal)
        let delivery = try #require(await receiver.wait(for: 1).first)
        #expect(delivery.path == "/registered")
        for secret in [old, new] {
            try WebhookSignature.verify(
                delivery.headers, body: delivery.body, secret: WebhookSecret(parsing: secret), now: WallClock.now)
        }
        let event = try JSON(parsing: delivery.body[...])
        #expect(event["type"]?.string == "video.completed" && event["data"]?["id"]?.string == "v2")
        #expect(receiver.deliveries.withLock { $0.count } == 1)
        await webhooks.close(within: .seconds(20))
    }

    @Test func `a job's own callback is made by its API, which may skip an event`() async throws {
        let (webhooks, url) = try await start()
        let content = webhooks.sealer.seal(Bytes((url + "/own").utf8), for: .callback, owner: "studio")
        let callback = JobCallback(target: url, content: content)
        try await end("v1", Fault(.vendorFailed, "x"), callback: callback, in: webhooks.journal)
        try await end("v2", callback: callback, in: webhooks.journal)
        let delivery = try #require(await receiver.wait(for: 1).first)
        #expect(delivery.path == "/own" && delivery.body == Bytes("v2".utf8))
        let deadline = Instant.now + .seconds(30)
        while try await webhooks.journal.deliveryStats().pending > 0, Instant.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await webhooks.journal.deliveries(limit: 9).map(\.state) == [.delivered, .delivered])
        #expect(receiver.deliveries.withLock { $0.count } == 1)
        await webhooks.close(within: .seconds(20))
    }

    @Test func `a test event is sent at once, and its outcome is returned`() async throws {
        let (webhooks, url) = try await start()
        let (endpoint, secret) = try await webhooks.endpoints.create(name: "hook", url: url, events: [.failed], owner: "studio")
        receiver.status.store(503, ordering: .releasing)
        var attempt: DeliveryAttempt?
        let deadline = Instant.now + .seconds(30)
        while attempt == nil, Instant.now < deadline {
            attempt = await webhooks.sendTest(of: .cancelled, to: endpoint, at: WallClock.now)
        }
        #expect(attempt == .response(status: 503, retryAfter: nil))
        let delivery = try #require(await receiver.wait(for: 1).first)
        try WebhookSignature.verify(delivery.headers, body: delivery.body, secret: WebhookSecret(parsing: secret), now: WallClock.now)
        await webhooks.close(within: .seconds(20))
    }
}
