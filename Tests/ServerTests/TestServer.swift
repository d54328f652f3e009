import HTTP
import Net
import Server
import Wire

/// A server on a loopback port for one test, with limits short enough to be met.
struct TestServer {
    let server: Server
    let address: Address

    /// Loops are never destroyed: all tests share them. Servers run on the first two, clients on the third.
    static let loops = Loop.start(count: 3)
    static var now: Timestamp { Timestamp(unix: 1_795_262_400) }

    /// - Parameter onRejection: called for connections that end without a response.
    init(
        _ limits: Limits = Limits(), on loops: [Loop] = [TestServer.loops[0]], tls: CurrentTLSContext? = nil, proxies: ProxyTrust? = nil,
        onRejection: @escaping @Sendable (ConnectionRejection) -> Void = { _ in },
        _ handle: @escaping @Sendable (any Exchange) async throws -> Void
    ) async throws {
        try await self.init(limits, on: loops, tls: tls, proxies: proxies) { ClosureHandler(handle, onRejection) }
    }

    init(
        _ limits: Limits = Limits(), on loops: [Loop], tls: CurrentTLSContext? = nil, proxies: ProxyTrust? = nil,
        makeHandler: @escaping @Sendable () -> any Handler
    ) async throws {
        let listener = try Listener(.loopback())
        server = await Server(on: loops, limits: limits, clock: { TestServer.now }, { _ in makeHandler() })
        try await server.serve(listener, tls: tls, proxies: proxies)
        address = listener.address
    }

    /// Runs a client's side of a conversation, with a fresh connection.
    func withClient<Value: Sendable>(_ talk: @escaping @Sendable (HTTP1TestClient) async throws -> Value) async throws -> Value {
        try await TestServer.loops[2].run { _ -> Result<Value, any Error> in
            do {
                let caller = HTTP1TestClient(try await Net.Stream.connect(to: address, by: .now + .seconds(10)))
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
final class ClosureHandler: Handler {
    private let handleExchange: (any Exchange) async throws -> Void
    private let onRejection: (ConnectionRejection) -> Void

    init(
        _ handleExchange: @escaping @Sendable (any Exchange) async throws -> Void,
        _ onRejection: @escaping @Sendable (ConnectionRejection) -> Void = { _ in }
    ) {
        self.handleExchange = handleExchange
        self.onRejection = onRejection
    }

    func handle(_ exchange: any Exchange) async {
        do { try await handleExchange(exchange) } catch {}
    }

    func rejectionResponse(for rejected: RejectedRequest) -> Response {
        var response = Response(status: rejected.status, headers: Headers([(.xRequestID, "refusal")]), body: Pieces(rejected.message))
        if let path = rejected.path { response.headers.set("x-path", path) }
        return response
    }

    func report(_ rejection: ConnectionRejection) { onRejection(rejection) }
}

/// Answers with method, path and body of the request.
@Sendable func echo(_ exchange: any Exchange) async throws {
    do {
        let body = try await exchange.readBody(limit: 1 << 20)
        let text = "\(exchange.head.method) \(exchange.head.path) " + String(decoding: body, as: UTF8.self)
        try await exchange.answer(Response(status: 200, body: Pieces(text)))
    } catch let failure as BodyError {
        try await exchange.answer(Response(status: failure.status, body: Pieces(failure.message)))
    }
}
