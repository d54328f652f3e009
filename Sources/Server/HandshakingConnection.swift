import HTTP
import Net
import Wire

/// A connection during its TLS handshake.
final class HandshakingConnection: ServerConnection {
    private let stream: Net.Stream
    private let shard: ServerShard
    var index = 0
    var hasServed: Bool { false }

    init(_ stream: Net.Stream, at shard: ServerShard) {
        self.stream = stream
        self.shard = shard
    }

    enum Outcome { case secure, clearText, failed }

    /// Performs the handshake. If it fails, the stream is closed.
    func performHandshake(_ context: TLSContext) async -> Outcome {
        do throws(StreamError) {
            try await stream.startTLS(asServer: context, by: shard.loop.now + shard.timeouts.handshake)
            shard.counters.handshakes.increment()
            if stream.isResumed { shard.counters.resumedHandshakes.increment() }
            return .secure
        } catch {
            shard.counters.failedHandshakes.increment()
            switch error {
            case .clearText: return .clearText
            case .tls, .certificate:
                reportRejection(error)
                await stream.linger(by: shard.loop.now + shard.limits.lingerIdleTimeout)
            // Probes of load balancers connect and close: only counted.
            case .closed, .reset, .truncated: stream.close()
            default:
                reportRejection(error)
                stream.close()
            }
            return .failed
        }
    }

    private func reportRejection(_ failure: StreamError) {
        shard.handler.report(ConnectionRejection(kind: .handshake, reason: failure.description, peer: stream.peer))
    }

    /// Never idle: the handshake has a deadline, and the client is about to send a request.
    func closeIfIdle() -> Bool { false }

    func abort() { stream.abort() }
}

extension ServerShard {
    /// Serves a new connection to its end. It is listed at once.
    /// - Parameter tls: nil for clear text.
    func receive(_ stream: Net.Stream, _ tls: TLSContext?) {
        guard let tls else {
            let connection = HTTP1Connection(stream, at: self)
            add(connection)
            return connection.serve()
        }
        let handshaking = HandshakingConnection(stream, at: self)
        add(handshaking)
        Loop.fork { await self.receive(handshaking, on: stream, tls) }
    }

    private func receive(_ handshaking: HandshakingConnection, on stream: Net.Stream, _ tls: TLSContext) async {
        let outcome = await handshaking.performHandshake(tls)
        guard outcome != .failed else { return remove(handshaking) }
        guard stream.applicationProtocol != "h2" else {
            let connection = HTTP2Connection(stream, at: self)
            add(connection)
            remove(handshaking)
            return connection.begin()
        }
        let connection = HTTP1Connection(stream, at: self)
        add(connection)
        remove(handshaking)
        guard outcome == .clearText else { return connection.serve() }
        await connection.reject(
            RejectedRequest(
                status: 400, message: "This port expects HTTPS, but the request came in clear text.", path: nil, peer: stream.peer))
    }
}
