import HTTP
import Net
import Wire

/// Calls servers over HTTP/1.1 from one loop: pooled connections, deadlines, pull-based answers.
package final class Client {
    let loop: Loop
    let limits: Limits
    let pool: Pool
    private let dialer: Dialer
    /// What was called last, taken apart: creates go to one URL, over and over.
    private var last: (text: String, url: URLText)?

    /// To be made on the loop whose calls it makes.
    package init(resolver: Resolver, tls: TLSContext, limits: Limits) {
        guard let loop = Loop.current else { preconditionFailure("a client is made on its loop") }
        self.loop = loop
        self.limits = limits
        pool = Pool(limits: limits, loop: loop)
        dialer = Dialer(loop: loop, resolver: resolver, tls: tls, limits: limits)
    }

    /// Sends a request and returns when the head of the answer is there. Redirects are answered like everything else.
    package func send(_ outgoing: Outgoing) async throws(ClientFailure) -> Incoming {
        let (key, target, authority) = try destination(of: outgoing)
        let freshFor = outgoing.mayRepeat ? limits.idleUpstreamTime : limits.freshUpstreamTime
        if let stream = pool.take(key, freshFor: freshFor) {
            do throws(ClientFailure) {
                return try await exchange(outgoing, key, target, authority, on: stream)
            } catch {
                // A kept connection that died before one byte of the answer came: the request is sent once more, if it may be.
                guard outgoing.mayRepeat, error.isStale else { throw error }
            }
        }
        return try await exchange(outgoing, key, target, authority, on: try await dialer.connect(key, for: outgoing.purpose))
    }

    /// Closes what is idle. Calls under way are not touched.
    package func closeIdle() { pool.closeAll() }

    private func exchange(
        _ outgoing: Outgoing, _ key: Pool.Key, _ target: String, _ authority: String, on stream: Stream
    ) async throws(ClientFailure) -> Incoming {
        let connection = Connection(stream, key, client: self, answering: outgoing.method)
        do throws(ClientFailure) {
            try await connection.write(outgoing, target: target, authority: authority)
            return try await connection.head(within: outgoing.firstByteTime ?? limits.firstByteTime)
        } catch {
            connection.close()
            throw error
        }
    }

    private func destination(of outgoing: Outgoing) throws(ClientFailure) -> (Pool.Key, target: String, authority: String) {
        let known = last.flatMap { $0.text == outgoing.url ? $0.url : nil }
        guard let url = known ?? URLText(outgoing.url) else {
            throw ClientFailure(.badURL, neverArrived: true, "not an http or https URL")
        }
        if known == nil { last = (outgoing.url, url) }
        let host = url.host.text
        let key = Pool.Key(
            scheme: url.scheme.rawValue, host: host, port: UInt16(url.port), onlyPublic: outgoing.onlyPublic, proxy: outgoing.proxy
        )
        let isForwarded = outgoing.proxy != nil && url.scheme == .http
        let authority = url.port == url.scheme.port ? host : "\(host):\(url.port)"
        return (key, isForwarded ? url.text : url.target, authority)
    }
}
