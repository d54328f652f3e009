import HTTP
import Net
import Wire

/// The two ways from HTTP/1.1 to HTTP/2 on a port that speaks both in clear text. With TLS the handshake has decided (ALPN).
extension HTTP1Connection {
    /// Whether the connection begins with HTTP/2's preface. Reads on for as long as it may.
    func speaksHTTP2(by deadline: Instant) async throws(StreamFailure) -> Bool {
        guard !stream.isTLS else { return false }
        while !HTTP2Preface.begins(input) {
            guard HTTP2Preface.mayBegin(input) else { return false }
            let more = try await stream.read(by: deadline)
            guard !more.isEmpty else { return false }
            input.append(contentsOf: more)
        }
        return true
    }

    /// Hands the connection over with what has been read of it.
    func continueInHTTP2() { handOver(to: HTTP2Connection(stream, at: station)) }

    /// The connection in its next life and the request's stream there, if the request asks for that and may.
    func upgraded(_ head: ParsedHead) -> (HTTP2Connection, HTTP2Stream)? {
        guard !stream.isTLS, let text = head.headers.bytes("http2-settings"), let settings = try? Base64.url.decode(text)
        else { return nil }
        let session = HTTP2Session(station.limits)
        guard let first = session.upgrade(settings, isHead: head.method == .head) else { return nil }
        return (HTTP2Connection(stream, at: station, session), first)
    }

    /// Says so, and lets the next life answer the request. False if the client is gone.
    func switchOver(_ next: HTTP2Connection, _ first: HTTP2Stream, _ head: ParsedHead) async -> Bool {
        do throws(StreamFailure) {
            try await send([HeadWriter.switching[...]])
        } catch {
            return false
        }
        handOver(to: next)
        next.answer(head, on: first)
        return true
    }

    private func handOver(to next: HTTP2Connection) {
        let input = input
        self.input = []
        station.enter(next)
        station.leave(self)
        Loop.fork { await next.begin(with: input) }
    }
}
