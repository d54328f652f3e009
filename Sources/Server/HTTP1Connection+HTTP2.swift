import HTTP
import Net
import Wire

/// The switch to HTTP/2 on a clear-text port: prior knowledge (RFC 9113 §3.3). With TLS, ALPN has decided. `Upgrade: h2c` is ignored: RFC
/// 9113 has removed it, and it lets requests bypass the rules of a proxy.
extension HTTP1Connection {
    /// Whether the connection begins with HTTP/2's preface, or with its first line and an error after it. Reads more while that is open.
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

    /// Continues as an HTTP/2 connection, with the input read so far.
    func switchToHTTP2() {
        let next = HTTP2Connection(stream, at: shard)
        let input = input
        self.input = []
        shard.add(next)
        shard.remove(self)
        Loop.fork { await next.begin(with: input) }
    }
}
