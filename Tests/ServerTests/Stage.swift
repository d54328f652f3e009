import HTTP
import Net
import Server
import Wire

/// A server on a loopback port for one test, with limits short enough to be met.
struct Stage {
    let server: Server
    let address: Address

    /// Loops are never destroyed: all tests share them. Servers run on the first two, clients on the third.
    static let loops = Loop.start(count: 3)
    static var now: Timestamp { Timestamp(unix: 1_795_262_400) }

    /// - Parameter hear: is told of what ends without an answer.
    init(
        _ limits: Limits = Limits(), on loops: [Loop] = [Stage.loops[0]], tls: TLSDesk? = nil, proxies: ProxyTrust? = nil,
        hear: @escaping @Sendable (Breach) -> Void = { _ in }, _ handle: @escaping @Sendable (any Exchange) async throws -> Void
    ) async throws {
        let listener = try Listener(.loopback())
        server = await Server(on: loops, limits: limits, clock: { Stage.now }, { _ in Player(handle, hear) })
        try await server.serve(listener, tls: tls, proxies: proxies)
        address = listener.address
    }

    /// Runs a client's side of a conversation, with a fresh connection.
    func call<Value: Sendable>(_ talk: @escaping @Sendable (Caller) async throws -> Value) async throws -> Value {
        try await Stage.loops[2].run { _ -> Result<Value, any Error> in
            do {
                let caller = Caller(try await Net.Stream.connect(to: address, by: .now + .seconds(10)))
                let value = try await talk(caller)
                caller.stream.close()
                return .success(value)
            } catch {
                return .failure(error)
            }
        }.get()
    }
}

/// A handler made of one closure. What the closure throws leaves the exchange as it is.
final class Player: Handler {
    private let play: (any Exchange) async throws -> Void
    private let hear: (Breach) -> Void

    init(_ play: @escaping @Sendable (any Exchange) async throws -> Void, _ hear: @escaping @Sendable (Breach) -> Void = { _ in }) {
        self.play = play
        self.hear = hear
    }

    func handle(_ exchange: any Exchange) async {
        do { try await play(exchange) } catch {}
    }

    func refusal(_ refused: Refused) -> Response {
        var response = Response(status: refused.status, headers: Headers([(.xRequestID, "refusal")]), body: Pieces(refused.message))
        if let path = refused.path { response.headers.set("x-path", path) }
        return response
    }

    func note(_ breach: Breach) { hear(breach) }
}

/// Answers with method, path and body of the request.
@Sendable func echo(_ exchange: any Exchange) async throws {
    do {
        let body = try await exchange.body(limit: 1 << 20)
        let text = "\(exchange.head.method) \(exchange.head.path) " + String(decoding: body, as: UTF8.self)
        try await exchange.answer(Response(status: 200, body: Pieces(text)))
    } catch let failure as BodyFailure {
        try await exchange.answer(Response(status: failure.status, body: Pieces(failure.message)))
    }
}
