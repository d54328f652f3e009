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
        station.enter(self)
        defer { station.leave(self) }
        do throws(StreamFailure) {
            try await stream.startTLS(asServer: context, by: station.loop.now + station.pauses.handshake)
            return .secure
        } catch {
            switch error {
            case .clearText: return .clearText
            case .tls, .certificate: await stream.linger(by: station.loop.now + station.limits.lingerPause)
            default: stream.close()
            }
            return .failed
        }
    }

    /// A handshake under way has its deadline, and its client a request on its lips.
    func closeIfIdle() {}

    func abort() { stream.abort() }
}

extension Station {
    /// One connection from its first byte to its close.
    /// - Parameter tls: nil in clear text.
    func receive(_ stream: Net.Stream, _ tls: TLSContext?) async {
        guard let tls else { return await HTTP1Connection(stream, at: self).begin() }
        switch await Newcomer(stream, at: self).shakeHands(tls) {
        case .secure: await HTTP1Connection(stream, at: self).begin()
        case .clearText:
            let refused = Refused(status: 400, message: "This port speaks HTTPS, and the request came in clear text.", path: nil)
            await HTTP1Connection(stream, at: self).turnAway(refused)
        case .failed: break
        }
    }
}
