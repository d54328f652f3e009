import Catalog
import Client
import Crypto
import Dialects
@testable import Gateway
import Jobs
import Net
import Routing
import Seal
import Server
import Synchronization
import Telemetry
import Wire

/// Loopback stages: a vendor that a test plays, and a router in front of it.
enum Scene {
    /// Servers on the first, calls on the second. Loops are never destroyed.
    static let loops = Loop.start(count: 2)
    static let now = Timestamp(unix: 1_795_262_400)
    static let resolver = Resolver()
    /// A server that nobody holds stops to listen.
    private static let servers = Mutex<[Server]>([])

    /// A server that answers as the closure says, and its address as a base URL.
    static func vendor(_ log: Log, _ play: @escaping @Sendable (any Exchange) async throws -> Void) async throws -> String {
        let listener = try Listener(.loopback())
        let server = await Server(on: [loops[0]], limits: Limits(), clock: { now }, { _ in Actor(log, play) })
        try await server.serve(listener)
        servers.withLock { $0.append(server) }
        return "http://\(listener.address)"
    }

    /// A router over these accounts.
    static func router(_ accounts: [Account], keys: [Owners.Key] = []) async throws -> Address {
        let listener = try Listener(.loopback())
        let house = House(try studio(accounts, keys: keys), telemetry: Telemetry())
        let tls = try TLSContext.client()
        let server = await Server(on: [loops[0]], limits: Limits(), clock: { now }) { _ in
            Gateway(house: house, client: Client(resolver: resolver, tls: tls, limits: Limits()), clock: { now })
        }
        try await server.serve(listener)
        servers.withLock { $0.append(server) }
        return listener.address
    }

    static func studio(_ accounts: [Account] = [], keys: [Owners.Key] = []) throws -> Studio {
        Studio(
            accounts: accounts, aliases: [], catalog: try Catalog(), seal: KeyRing.generate(random: .system), owners: Owners(keys: keys),
            standardDialect: OpenAI(), mounts: [], publicURL: "http://localhost", limits: Limits())
    }

    /// Runs a test's calls through an upstream of its own.
    static func call<Value: Sendable>(_ body: @escaping @Sendable (Upstream) async throws -> Value) async throws -> Value {
        let tls = try TLSContext.client()
        return try await loops[1].run { _ -> Result<Value, any Error> in
            let client = Client(resolver: resolver, tls: tls, limits: Limits())
            let upstream = Upstream(client: client, signer: Signer(), limits: Limits(), random: .system)
            do { return .success(try await body(upstream)) } catch { return .failure(error) }
        }.get()
    }

    /// Sends these bytes and returns what comes back until the end, or until the head and a whole counted body are there.
    static func talk(to address: Address, _ text: String) async throws -> String {
        try await loops[1].run { _ -> Result<String, any Error> in
            do {
                let stream = try await Net.Stream.connect(to: address, by: .now + .seconds(10))
                defer { stream.close() }
                try await stream.write(Bytes(text.utf8)[...], by: .now + .seconds(10))
                return .success(String(decoding: try await stream.read(by: .now + .seconds(10)), as: UTF8.self))
            } catch {
                return .failure(error)
            }
        }.get()
    }
}

/// What a played vendor was asked, as `METHOD path key`.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private final class Actor: Handler {
    private let log: Log
    private let play: (any Exchange) async throws -> Void

    init(_ log: Log, _ play: @escaping @Sendable (any Exchange) async throws -> Void) {
        self.log = log
        self.play = play
    }

    func handle(_ exchange: any Exchange) async {
        log.add("\(exchange.head.method) \(exchange.head.path) \(exchange.head.headers[.authorization] ?? "-")")
        do { try await play(exchange) } catch {}
    }

    func refusal(_ refused: Refused) -> Response { Response(status: refused.status) }
    func note(_ breach: Breach) {}
}
