import HTTP
import Net
import Wire

/// An HTTP/1.1 client on one loop: pooled connections, deadlines, responses that are read on demand.
package final class Client {
    let loop: Loop
    let limits: Limits
    let pool: ConnectionPool
    private let dialer: Dialer
    /// The last URL, parsed: creates call the same URL again and again.
    private var lastDestination: (text: String, url: URLText)?

    /// Call it on the loop on which the client will be used.
    package init(resolver: Resolver, tls: TLSContext, limits: Limits) {
        guard let loop = Loop.current else { preconditionFailure("a client must be made on its loop") }
        self.loop = loop
        self.limits = limits
        pool = ConnectionPool(limits: limits, loop: loop)
        dialer = Dialer(loop: loop, resolver: resolver, tls: tls, limits: limits)
    }

    /// Sends a request and returns when the head of the response has arrived. Does not follow redirects.
    package func send(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        let (key, target, authority) = try destination(of: request)
        let maxIdle = request.isRepeatable ? limits.upstreamKeepaliveTimeout : limits.nonidempotentReuseAge
        if let stream = pool.take(key, maxIdle: maxIdle) {
            do throws(ClientError) {
                return try await exchange(request, key, target: target, authority: authority, on: stream)
            } catch {
                // A pooled connection that closed before the first byte of a response: repeat the request if that is safe.
                guard request.isRepeatable, error.isStale else { throw error }
            }
        }
        return try await exchange(
            request, key, target: target, authority: authority, on: try await dialer.connect(key, for: request.purpose))
    }

    /// Closes idle connections. Calls in progress are not affected.
    package func closeIdle() { pool.closeAll() }

    private func exchange(
        _ request: ClientRequest, _ key: ConnectionPool.Key, target: String, authority: String, on stream: Stream
    ) async throws(ClientError) -> ClientResponse {
        let connection = Connection(stream, key, client: self, answering: request.method)
        do throws(ClientError) {
            try await connection.write(request, target: target, authority: authority)
            return try await connection.readHead(within: request.firstByteTimeout ?? limits.upstreamFirstByteTimeout)
        } catch {
            connection.close()
            throw error
        }
    }

    private func destination(of request: ClientRequest) throws(ClientError) -> (ConnectionPool.Key, target: String, authority: String) {
        let known = lastDestination.flatMap { $0.text == request.url ? $0.url : nil }
        guard let url = known ?? URLText(request.url) else {
            throw ClientError(.badURL, neverArrived: true, "not an http or https URL")
        }
        if known == nil { lastDestination = (request.url, url) }
        let host = url.host.text
        let key = ConnectionPool.Key(
            scheme: url.scheme.rawValue, host: host, port: UInt16(url.port), onlyPublic: request.onlyPublic, proxy: request.proxy
        )
        let isForwarded = request.proxy != nil && url.scheme == .http
        let authority = url.port == url.scheme.port ? host : "\(host):\(url.port)"
        return (key, isForwarded ? url.text : url.target, authority)
    }
}
