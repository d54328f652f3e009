import HTTP
import Net
import Wire

/// An HTTP/1.1 client on one loop: pooled connections, deadlines, responses that are read on demand.
package final class Client {
    let loop: Loop
    let limits: Limits
    let pool: ConnectionPool
    private let dialer: Dialer
    /// Creates call the same URL again and again.
    private var lastDestination: Destination?

    /// What follows from the URL of a request.
    private struct Destination {
        let url: String
        let origin: ConnectionPool.Origin
        /// As in the request line and in `host`.
        let target: String
        let authority: String

        func serves(_ request: ClientRequest) -> Bool {
            request.url == url && request.onlyPublic == origin.key.onlyPublic && request.proxy == origin.key.proxy
        }
    }

    /// Call it on the loop on which the client will be used.
    /// - Parameter privateNetworks: which networks requests with `onlyPublic` may reach besides public addresses; plain http then reaches
    ///   nothing else. Nil for none, which leaves plain http to public addresses.
    package init(resolver: Resolver, tls: TLSContext, limits: Limits, privateNetworks: [IPRange]? = nil) {
        guard let loop = Loop.current else { preconditionFailure("a client must be made on its loop") }
        self.loop = loop
        self.limits = limits
        pool = ConnectionPool(limits: limits, loop: loop)
        dialer = Dialer(loop: loop, resolver: resolver, tls: tls, limits: limits, privateNetworks: privateNetworks)
    }

    /// Sends a request and returns when the head of the response has arrived. Does not follow redirects.
    package func send(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        let destination = try destination(of: request)
        let maxIdle = request.isRepeatable ? limits.upstreamKeepaliveTimeout : limits.nonidempotentReuseAge
        if let stream = pool.take(destination.origin, maxIdle: maxIdle) {
            do throws(ClientError) {
                return try await exchange(request, destination, on: stream)
            } catch {
                // A pooled connection that closed before the first byte of a response: repeat the request if that is safe.
                guard request.isRepeatable, error.isStale else { throw error }
            }
        }
        return try await exchange(request, destination, on: try await dialer.connect(destination.origin.key, for: request.purpose))
    }

    /// Adds the headers that every request has. A caller that prepares headers may do so once for all its requests.
    package static func addOwnHeaders(to headers: inout Headers) {
        if !headers.has("user-agent") { headers.set("user-agent", "genlock") }
        if !headers.has("accept-encoding") { headers.set("accept-encoding", "gzip") }
    }

    /// Waits on the client's loop, before a request is repeated.
    package func pause(for span: Duration) async { await loop.sleep(for: span) }

    /// Closes idle connections. Calls in progress are not affected.
    package func closeIdle() { pool.closeAll() }

    private func exchange(
        _ request: ClientRequest, _ destination: Destination, on stream: Stream
    ) async throws(ClientError) -> ClientResponse {
        let connection = Connection(stream, destination.origin, client: self, answering: request.method)
        do throws(ClientError) {
            try await connection.write(request, target: destination.target, authority: destination.authority)
            return try await connection.readHead(within: request.firstByteTimeout ?? limits.upstreamFirstByteTimeout)
        } catch {
            connection.close()
            throw error
        }
    }

    private func destination(of request: ClientRequest) throws(ClientError) -> Destination {
        if let lastDestination, lastDestination.serves(request) { return lastDestination }
        guard let url = URLText(request.url) else { throw ClientError(.badURL, neverArrived: true, "not an http or https URL") }
        let host = url.host.text
        let key = ConnectionPool.Key(
            scheme: url.scheme.rawValue, host: host, port: UInt16(url.port), onlyPublic: request.onlyPublic, proxy: request.proxy
        )
        let isForwarded = request.proxy != nil && url.scheme == .http
        let destination = Destination(
            url: request.url, origin: pool.origin(key), target: isForwarded ? url.text : url.target,
            authority: url.port == url.scheme.port ? host : "\(host):\(url.port)")
        lastDestination = destination
        return destination
    }
}
