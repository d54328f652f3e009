import Catalog
import Client
import Crypto
import Dialects
import Jobs
import Net
import Routing
import Seal
import Server
import Synchronization
import Telemetry
import TestCard
import Wire

@testable import Access
@testable import Gateway
@testable import Upstream

/// Servers on loopback: a simulated vendor, and a router in front of it.
enum TestHarness {
    /// Servers on the first, calls on the second. Loops are never destroyed.
    static let loops = Loop.start(count: 2)
    static let now = Timestamp(unix: 1_795_262_400)
    static let resolver = Resolver()
    /// A server stops listening once it is released.
    private static let servers = Mutex<[Server]>([])
    static func retain(_ server: Server) { servers.withLock { $0.append(server) } }

    /// A server that answers as the closure says, and its address as a base URL.
    static func startVendor(_ log: CallLog, _ play: @escaping @Sendable (any Exchange) async throws -> Void) async throws -> String {
        let listener = try Listener(.loopback())
        let server = await Server(on: [loops[0]], limits: Limits(), clock: { now }, { _ in ClosureHandler(log, play) })
        try await server.serve(listener)
        servers.withLock { $0.append(server) }
        return "http://\(listener.address)"
    }

    /// A router over these accounts.
    static func startRouter(
        _ accounts: [Account], keys: [Authenticator.APIKey] = [], aliases: [(name: String, targets: [Planner.Target])] = [],
        clocks: ManualClocks = ManualClocks()
    ) async throws -> Address {
        try await startRouter(try makeConfig(accounts, authenticator: Authenticator(keys: keys), aliases: aliases), clocks: clocks)
    }

    static func startRouter(_ config: RuntimeConfig, clocks: ManualClocks = ManualClocks()) async throws -> Address {
        let listener = try Listener(.loopback())
        let shared = SharedState(config, telemetry: Telemetry())
        let tls = try TLSContext.client()
        let server = await Server(on: [loops[0]], limits: Limits(), clock: { now }) { _ in
            Gateway(
                shared: shared, client: Client(resolver: resolver, tls: tls, limits: Limits()), clock: { clocks.wall },
                monotonic: { clocks.monotonic })
        }
        try await server.serve(listener)
        servers.withLock { $0.append(server) }
        return listener.address
    }

    static func makeConfig(
        _ accounts: [Account] = [], authenticator: Authenticator = Authenticator(keys: []),
        aliases: [(name: String, targets: [Planner.Target])] = [],
        corsOrigins: [String] = []
    ) throws -> RuntimeConfig {
        RuntimeConfig(
            accounts: accounts, simulator: TestCard(), aliases: aliases, catalog: try Catalog(), seal: KeyRing.generate(random: .system),
            authenticator: authenticator,
            standardDialect: OpenAI(), mounts: [], publicURL: "http://localhost", limits: Limits(), corsOrigins: corsOrigins)
    }

    /// Runs a test's calls through an upstream of its own.
    static func withUpstream<Value: Sendable>(
        resolver: Resolver = resolver, _ body: @escaping @Sendable (Upstream) async throws -> Value
    ) async throws -> Value {
        let tls = try TLSContext.client()
        return try await loops[1].run { _ -> Result<Value, any Error> in
            let client = Client(resolver: resolver, tls: tls, limits: Limits())
            let upstream = Upstream(client: client, signer: Signer(), limits: Limits(), random: .system, clock: { now })
            do { return .success(try await body(upstream)) } catch { return .failure(error) }
        }.get()
    }

    /// Sends these requests over one connection and returns the statuses of the answers.
    static func statuses(of requests: [String], at address: Address) async throws -> [Int] {
        try await loops[1].run { _ -> Result<[Int], any Error> in
            do {
                let stream = try await Net.Stream.connect(to: address, by: .now + .seconds(10))
                defer { stream.close() }
                var statuses: [Int] = []
                for request in requests {
                    try await stream.write(Bytes(request.utf8)[...], by: .now + .seconds(10))
                    guard let status = try await status(from: stream) else { break }
                    statuses.append(status)
                }
                return .success(statuses)
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// Sends these bytes and reads one answer to its end.
    static func send(_ address: Address, _ text: String) async throws -> WireResponse {
        try await loops[1].run { _ -> Result<WireResponse, any Error> in
            do {
                let stream = try await Net.Stream.connect(to: address, by: .now + .seconds(10))
                defer { stream.close() }
                try await stream.write(Bytes(text.utf8)[...], by: .now + .seconds(10))
                var response = WireResponse(isHead: text.hasPrefix("HEAD "))
                while !response.isWhole {
                    let piece = try await stream.read(by: .now + .seconds(10))
                    guard !piece.isEmpty else { break }
                    response.bytes += piece
                }
                return .success(response)
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// The status of one answer with a counted body, which is read to its end; nil where the connection ended before it.
    private static func status(from stream: Net.Stream) async throws -> Int? {
        var answer = Bytes()
        while true {
            let piece = try await stream.read(by: .now + .seconds(10))
            guard !piece.isEmpty else { return nil }
            answer += piece
            guard let end = answer[...].firstIndex(of: Bytes("\r\n\r\n".utf8), from: 0) else { continue }
            let head = String(decoding: answer[..<end], as: UTF8.self).lowercased().split(separator: "\r\n")
            let length = head.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
            if answer.count >= end + 4 + length { return head.first.flatMap { Int($0.dropFirst(9).prefix(3)) } }
        }
    }

    /// Sends these bytes and returns what comes back until the end, or until the head and a whole counted body are there.
    static func sendAndReadOnce(to address: Address, _ text: String) async throws -> String {
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

/// The two clocks of a router, each set by hand.
final class ManualClocks: Sendable {
    private let state = Mutex<(wall: Timestamp, monotonic: Instant)>((TestHarness.now, Instant(nanoseconds: 1_000_000_000)))
    var wall: Timestamp { state.withLock { $0.wall } }
    var monotonic: Instant { state.withLock { $0.monotonic } }

    /// Advances both clocks.
    /// - Parameter step: how far the wall clock is set forward in addition.
    func advance(_ span: Duration, step: Duration = .zero) {
        state.withLock { $0 = ($0.wall + span + step, $0.monotonic + span) }
    }
}

/// A response as received.
struct WireResponse: Sendable {
    var bytes: Bytes = []
    let isHead: Bool

    init(isHead: Bool) { self.isHead = isHead }

    /// Decodes the head alone: a body of a megabyte must not be decoded again for each piece that arrives.
    private var lines: [Substring] {
        String(decoding: bytes[..<(headEnd ?? bytes.endIndex)], as: UTF8.self).split(separator: "\r\n")
    }
    private var headEnd: Int? { bytes[...].firstRange(of: Bytes("\r\n\r\n".utf8)).map(\.upperBound) }

    var status: Int { lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0 }

    subscript(name: String) -> String? {
        let values = lines.dropFirst().filter { $0.lowercased().hasPrefix(name + ":") }
            .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The body without chunked framing.
    var content: Bytes {
        guard let headEnd else { return [] }
        let rest = bytes[headEnd...]
        guard self["transfer-encoding"] == "chunked" else { return Bytes(rest) }
        var (content, place) = (Bytes(), rest.startIndex)
        while let end = rest[place...].firstIndex(of: 0x0D), let size = Int(String(decoding: rest[place..<end], as: UTF8.self), radix: 16),
            size > 0, end + 2 + size <= rest.endIndex
        {
            content += rest[(end + 2)..<(end + 2 + size)]
            place = end + 4 + size
        }
        return content
    }

    var body: String { String(decoding: content, as: UTF8.self) }

    var isWhole: Bool {
        guard let headEnd else { return false }
        if isHead || status == 204 || status == 304 { return true }
        if let length = self["content-length"].flatMap({ Int($0) }) { return bytes.count - headEnd >= length }
        return bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8)
    }
}

/// The calls that a simulated vendor received, as `METHOD path key`.
final class CallLog: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

private final class ClosureHandler: Handler {
    private let log: CallLog
    private let play: (any Exchange) async throws -> Void

    init(_ log: CallLog, _ play: @escaping @Sendable (any Exchange) async throws -> Void) {
        self.log = log
        self.play = play
    }

    func handle(_ exchange: any Exchange) async {
        log.add("\(exchange.head.method) \(exchange.head.path) \(exchange.head.headers[.authorization] ?? "-")")
        do { try await play(exchange) } catch {}
    }

    func rejectionResponse(for refused: RejectedRequest) -> Response { Response(status: refused.status) }
    func report(_ breach: ConnectionRejection) {}
}
