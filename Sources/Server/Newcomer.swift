import HTTP
import Net
import Wire

/// A connection whose TLS handshake is under way.
final class Newcomer: Guest {
    private let stream: Net.Stream
    private let station: Station
    var place = 0
    var hasServed: Bool { false }

    init(_ stream: Net.Stream, at station: Station) {
        self.stream = stream
        self.station = station
    }

    enum Outcome { case secure, clearText, failed }

    /// A failed handshake leaves a closed stream.
    func shakeHands(_ context: TLSContext) async -> Outcome {
        do throws(StreamFailure) {
            try await stream.startTLS(asServer: context, by: station.loop.now + station.pauses.handshake)
            station.tally.handshakes.count()
            if stream.isResumed { station.tally.resumed.count() }
            return .secure
        } catch {
            station.tally.failedHandshakes.count()
            switch error {
            case .clearText: return .clearText
            case .tls, .certificate:
                tell(error)
                await stream.linger(by: station.loop.now + station.limits.lingerPause)
            // Whoever knocks and goes, as probes of load balancers do, is only counted.
            case .closed, .reset, .truncated: stream.close()
            default:
                tell(error)
                stream.close()
            }
            return .failed
        }
    }

    private func tell(_ failure: StreamFailure) {
        station.handler.note(Breach(kind: .handshake, reason: failure.description, peer: stream.peer))
    }

    /// A handshake under way has its deadline, and its client a request on its lips.
    func closeIfIdle() -> Bool { false }

    func abort() { stream.abort() }
}

extension Station {
    /// Takes a connection in, on the list at once, from its first byte to its close.
    /// - Parameter tls: nil in clear text.
    func receive(_ stream: Net.Stream, _ tls: TLSContext?) {
        guard let tls else {
            let connection = HTTP1Connection(stream, at: self)
            enter(connection)
            return Loop.fork { await connection.serve() }
        }
        let newcomer = Newcomer(stream, at: self)
        enter(newcomer)
        Loop.fork { await self.receive(newcomer, on: stream, tls) }
    }

    private func receive(_ newcomer: Newcomer, on stream: Net.Stream, _ tls: TLSContext) async {
        let outcome = await newcomer.shakeHands(tls)
        guard outcome != .failed else { return leave(newcomer) }
        guard stream.applicationProtocol != "h2" else {
            let connection = HTTP2Connection(stream, at: self)
            enter(connection)
            leave(newcomer)
            return await connection.begin()
        }
        let connection = HTTP1Connection(stream, at: self)
        enter(connection)
        leave(newcomer)
        guard outcome == .clearText else { return await connection.serve() }
        await connection.turnAway(
            Refused(status: 400, message: "This port speaks HTTPS, and the request came in clear text.", path: nil, peer: stream.peer))
    }
}
