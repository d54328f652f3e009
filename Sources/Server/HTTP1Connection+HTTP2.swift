import HTTP
import Net
import Wire

/// The way from HTTP/1.1 to HTTP/2 on a port that speaks both in clear text: prior knowledge (RFC 9113 §3.3). With TLS the handshake has
/// decided (ALPN). `Upgrade: h2c` is ignored: RFC 9113 has dropped it, and it carries requests past a proxy's rules.
extension HTTP1Connection {
    /// Whether the connection begins with HTTP/2's preface, or with its line and a mistake behind it. Reads on for as long as it may.
    func detectHTTP2(by deadline: Instant) async throws(StreamError) -> Bool {
        guard !stream.isTLS else { return false }
        while !HTTP2Preface.begins(input) {
            guard HTTP2Preface.mayBegin(input) else { return HTTP2Preface.hasPrefaceLine(input) }
            let more = try await stream.read(by: deadline)
            guard !more.isEmpty else { return false }
            input.append(contentsOf: more)
        }
        return true
    }

    /// Hands the connection over with what has been read of it.
    func switchToHTTP2() {
        let next = HTTP2Connection(stream, at: shard)
        let input = input
        self.input = []
        shard.add(next)
        shard.remove(self)
        Loop.fork { await next.begin(with: input) }
    }
}
