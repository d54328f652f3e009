@testable import Client
import HTTP
import Net
import Wire

/// The loops on which tests run: a server and its client share one, and loops are never destroyed.
enum Bench {
    static let loop = Loop.start()[0]
    /// For tests that watch the clock: nothing heavy runs beside them.
    static let clock = Loop.start()[0]
    /// For tests that move many megabytes, one at a time.
    static let heavy = Loop.start()[0]

    /// A deadline far beyond what a healthy test needs, so that a broken one fails instead of hanging.
    static var soon: Instant { .now + .seconds(20) }

    /// Runs a client against a host that plays a script on each connection.
    static func with<Value: Sendable>(
        _ limits: Limits = Limits(), tls: TLSContext? = nil, trusting: TLSContext? = nil, resolver: Resolver = resolver,
        on loop: Loop = Bench.loop,
        play: @escaping @Sendable (Host.Side) async throws -> Void,
        _ talk: @escaping @Sendable (Host, Client) async throws -> Value
    ) async throws -> Value {
        let context = try trusting ?? TLSContext.client()
        return try await loop.run { loop -> Result<Value, any Error> in
            do {
                let host = try Host(tls: tls, on: loop, play)
                let client = Client(resolver: resolver, tls: context, limits: limits)
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
final class Host {
    let listener: Listener
    /// Connections accepted so far.
    private(set) var connections = 0
    /// Every request heard, head and body, over all connections.
    private(set) var requests: [String] = []
    private var open: [Net.Stream] = []

    init(_ address: Address = .loopback(), tls: TLSContext?, on loop: Loop, _ play: @escaping (Side) async throws -> Void) throws {
        listener = try Listener(address)
        let inlet = try listener.inlet()
        Loop.fork {
            while let stream = await inlet.next() {
                self.connections += 1
                self.open.append(stream)
                let number = self.connections
                Loop.fork {
                    if let tls { try? await stream.startTLS(asServer: tls, by: Bench.soon) }
                    try? await play(Side(stream: stream, host: self, number: number))
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
    struct Side {
        let stream: Net.Stream
        let host: Host
        /// Connections are counted from 1.
        let number: Int

        /// Reads one request with a counted body; nil at the end of the connection.
        @discardableResult
        func hear() async throws -> String? {
            var bytes = Bytes()
            while true {
                let text = String(decoding: bytes, as: UTF8.self)
                if let end = text.range(of: "\r\n\r\n") {
                    let length = text.lowercased().range(of: "content-length: ")
                        .flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) } ?? 0
                    if text[end.upperBound...].utf8.count >= length {
                        host.requests.append(text)
                        return text
                    }
                }
                let more = try await stream.read(by: Bench.soon)
                guard !more.isEmpty else { return nil }
                bytes += more
            }
        }

        func say(_ text: String) async throws { try await stream.write(Bytes(text.utf8)[...], by: Bench.soon) }
        func say(_ bytes: Bytes) async throws { try await stream.write(bytes[...], by: Bench.soon) }

        /// Waits for the other side's end.
        func wait() async throws { while try await !stream.read(by: Bench.soon).isEmpty {} }
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
    func outcome(of outgoing: Outgoing) async -> String {
        do throws(ClientFailure) {
            let incoming = try await send(outgoing)
            let body = try await incoming.collect(atMost: 1 << 20)
            return "\(incoming.status) \(String(decoding: body, as: UTF8.self))"
        } catch {
            return error.reason.rawValue
        }
    }

    func outcome(of url: String) async -> String { await outcome(of: Outgoing(.get, url)) }

    /// Why a call fails; nil if it does not.
    func failure(of outgoing: Outgoing) async -> ClientFailure? {
        do throws(ClientFailure) {
            _ = try await send(outgoing).collect(atMost: 1 << 20)
            return nil
        } catch {
            return error
        }
    }
}
