import HTTP
import Net
import Wire

@testable import Client

/// The loops on which tests run: a server and its client share one, and loops are never destroyed.
enum TestLoops {
    static let loop = Loop.start()[0]
    /// For tests that watch the clock: nothing heavy runs beside them.
    static let clock = Loop.start()[0]
    /// For tests that move many megabytes, one at a time.
    static let heavy = Loop.start()[0]

    /// A deadline far beyond what a healthy test needs, so that a broken one fails instead of hanging.
    static var soon: Instant { .now + .seconds(20) }

    /// Runs a client against a host that runs a script on each connection.
    static func withServer<Value: Sendable>(
        _ limits: Limits = Limits(), tls: TLSContext? = nil, trusting: TLSContext? = nil, resolver: Resolver = resolver,
        privateNetworks: [IPRange]? = nil,
        on loop: Loop = TestLoops.loop,
        play: @escaping @Sendable (ScriptedServer.ServerSide) async throws -> Void,
        _ talk: @escaping @Sendable (ScriptedServer, Client) async throws -> Value
    ) async throws -> Value {
        let context = try trusting ?? TLSContext.client()
        return try await loop.run { loop -> Result<Value, any Error> in
            do {
                let host = try ScriptedServer(tls: tls, on: loop, play)
                let client = Client(resolver: resolver, tls: context, limits: limits, privateNetworks: privateNetworks)
                defer {
                    client.closeIdle()
                    host.stop()
                }
                return .success(try await talk(host, client))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    static let resolver = Resolver()
}

/// A server that says what a test's script says, byte for byte.
final class ScriptedServer {
    let listener: Listener
    /// Connections accepted so far.
    private(set) var connections = 0
    /// Every request heard, head and body, over all connections.
    private(set) var requests: [String] = []
    private var open: [Net.Stream] = []

    init(_ address: Address = .loopback(), tls: TLSContext?, on loop: Loop, _ play: @escaping (ServerSide) async throws -> Void) throws {
        listener = try Listener(address)
        let queue = try listener.makeAcceptQueue()
        Loop.fork {
            while let stream = await queue.next() {
                self.connections += 1
                self.open.append(stream)
                let number = self.connections
                Loop.fork {
                    if let tls { try? await stream.startTLS(asServer: tls, by: TestLoops.soon) }
                    try? await play(ServerSide(stream: stream, host: self, number: number))
                    stream.close()
                }
            }
        }
    }

    var port: UInt16 { listener.address.port ?? 0 }
    func url(_ path: String = "/", _ name: String = "127.0.0.1", scheme: String = "http") -> String { "\(scheme)://\(name):\(port)\(path)" }

    func stop() {
        listener.stop()
        for stream in open { stream.close() }
    }

    /// The host's end of one connection.
    struct ServerSide {
        let stream: Net.Stream
        let host: ScriptedServer
        /// Connections are counted from 1.
        let number: Int

        /// Reads one request with a counted body; nil at the end of the connection.
        @discardableResult
        func readRequest() async throws -> String? {
            var bytes = Bytes()
            while true {
                let text = String(decoding: bytes, as: UTF8.self)
                if let end = text.range(of: "\r\n\r\n") {
                    let length =
                        text.lowercased().range(of: "content-length: ")
                        .flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) } ?? 0
                    if text[end.upperBound...].utf8.count >= length {
                        host.requests.append(text)
                        return text
                    }
                }
                let more = try await stream.read(by: TestLoops.soon)
                guard !more.isEmpty else { return nil }
                bytes += more
            }
        }

        func send(_ text: String) async throws { try await stream.write(Bytes(text.utf8)[...], by: TestLoops.soon) }
        func send(_ bytes: Bytes) async throws { try await stream.write(bytes[...], by: TestLoops.soon) }

        /// Waits for the other side's end.
        func wait() async throws { while try await !stream.read(by: TestLoops.soon).isEmpty {} }
    }
}

extension String {
    /// Where the text first stands in this one.
    func range(of text: String) -> Range<Index>? {
        let (whole, part) = (Array(utf8), Array(text.utf8))
        guard let start = whole.indices.first(where: { whole[$0...].starts(with: part) }) else { return nil }
        return utf8.index(startIndex, offsetBy: start)..<utf8.index(startIndex, offsetBy: start + part.count)
    }
}

extension Client {
    /// Status and body of an answer in one text, or the reason why there is none.
    func outcome(of request: ClientRequest) async -> String {
        do throws(ClientError) {
            let incoming = try await send(request)
            let body = try await incoming.collect(atMost: 1 << 20)
            return "\(incoming.status) \(String(decoding: body, as: UTF8.self))"
        } catch {
            return error.reason.rawValue
        }
    }

    func outcome(of url: String) async -> String { await outcome(of: ClientRequest(.get, url)) }

    /// Why a call fails; nil if it does not.
    func failure(of request: ClientRequest) async -> ClientError? {
        do throws(ClientError) {
            _ = try await send(request).collect(atMost: 1 << 20)
            return nil
        } catch {
            return error
        }
    }
}
