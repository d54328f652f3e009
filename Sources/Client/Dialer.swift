import HTTP
import Net
import Wire

/// Opens connections: DNS lookup, check against private addresses, happy eyeballs, proxy tunnel, TLS.
/// Every failure here proves that no request was sent.
struct Dialer {
    let loop: Loop
    let resolver: Resolver
    let tls: TLSContext
    let limits: Limits
    /// See `Client.init`.
    let privateNetworks: [IPRange]?

    func connect(_ key: ConnectionPool.Key, for purpose: Resolver.Purpose) async throws(ClientError) -> Stream {
        let deadline = loop.now + limits.connectTimeout
        let stream = try await connectPlain(key, for: purpose, by: deadline)
        do throws(ClientError) {
            if let proxy = key.proxy, key.scheme == "https" { try await openTunnel(stream, to: key, through: proxy, by: deadline) }
            if key.scheme == "https" { try await startTLS(stream, host: key.host, by: deadline) }
        } catch {
            stream.close()
            throw error
        }
        return stream
    }

    private func connectPlain(
        _ key: ConnectionPool.Key, for purpose: Resolver.Purpose, by deadline: Instant
    ) async throws(ClientError) -> Stream {
        let addresses: [Address]
        if let proxy = key.proxy {
            try await checkBehindProxy(key, for: purpose)
            addresses = try await lookUp(proxy.host, UInt16(proxy.port), for: .vendor)
        } else {
            addresses = try await lookUp(key.host, key.port, for: purpose).filter { mayReach($0, key) }
            guard !addresses.isEmpty else { throw Dialer.forbiddenAddressError(key.host) }
        }
        do throws(StreamError) {
            return try await HappyEyeballs.connect(to: addresses, by: deadline, on: loop, attemptDelay: limits.connectAttemptDelay)
        } catch {
            throw ClientError(error == .timedOut ? .connectTimeout : .connect, neverArrived: true, "connect to \(key.host): \(error)")
        }
    }

    /// Metadata services return credentials to any caller, so their addresses are never called.
    private func mayReach(_ address: Address, _ key: ConnectionPool.Key) -> Bool {
        guard key.onlyPublic else { return !address.isMetadata }
        guard let privateNetworks else { return address.isPublic }
        if address.isPublic && key.scheme == "https" { return true }
        return !address.isMetadata && privateNetworks.contains { address.isIn($0) }
    }

    /// Checks the name, not the connection: the proxy looks the name up itself. A name that only the proxy can resolve is accepted, unless
    /// it comes from a client.
    private func checkBehindProxy(_ key: ConnectionPool.Key, for purpose: Resolver.Purpose) async throws(ClientError) {
        let literal = Address(literal: key.host, port: key.port)
        guard key.onlyPublic || literal != nil else { return }
        do throws(ClientError) {
            let own = try await lookUp(key.host, key.port, for: purpose)
            guard own.allSatisfy({ mayReach($0, key) }) else { throw Dialer.forbiddenAddressError(key.host) }
        } catch {
            guard purpose == .vendor, error.reason == .lookup || error.reason == .resolver else { throw error }
        }
    }

    private static func forbiddenAddressError(_ host: String) -> ClientError {
        ClientError(.forbiddenAddress, neverArrived: true, "\(host) has an address that is not public")
    }

    private func lookUp(_ host: String, _ port: UInt16, for purpose: Resolver.Purpose) async throws(ClientError) -> [Address] {
        do throws(Resolver.LookupError) {
            return try await resolver.resolve(host, port: port, for: purpose, by: loop.now + limits.dnsTimeout)
        } catch {
            throw ClientError(error == .notFound ? .lookup : .resolver, neverArrived: true, "lookup of \(host): \(error)")
        }
    }

    private func startTLS(_ stream: Stream, host: String, by deadline: Instant) async throws(ClientError) {
        do throws(StreamError) {
            try await stream.startTLS(asClient: tls, host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, by: deadline)
        } catch {
            throw ClientError(error == .timedOut ? .connectTimeout : .tls, neverArrived: true, "TLS with \(host): \(error)")
        }
    }

    /// RFC 9110 §9.3.6.
    private func openTunnel(_ stream: Stream, to key: ConnectionPool.Key, through proxy: ClientRequest.Proxy, by deadline: Instant)
        async throws(ClientError)
    {
        let target = "\(key.host):\(key.port)"
        var headers = Headers()
        if let authorization = proxy.authorization { headers.set("proxy-authorization", authorization) }
        var head = Bytes()
        guard HeadWriter.appendRequest(.connect, target: target, authority: target, headers, body: .none, to: &head) else {
            throw ClientError(.badURL, neverArrived: true, "not a host for CONNECT: \(key.host)")
        }
        do {
            try await stream.write(head[...], by: deadline)
            var parser = ResponseParser(to: .connect, limits)
            var input: Slice = []
            while true {
                switch parser.next(&input) {
                case .head(let head) where (200..<300).contains(head.status):
                    // A TLS server waits for the client: bytes after the head cannot come from it.
                    guard input.isEmpty else { throw ClientError(.proxy, neverArrived: true, "the proxy sent bytes into the tunnel") }
                    return
                case .head(let head): throw ClientError(.proxy, neverArrived: true, "the proxy responded to CONNECT with \(head.status)")
                case .failed(let error): throw ClientError(.proxy, neverArrived: true, "the proxy's response: \(error)")
                case .interim: continue
                case .piece, .end: throw ClientError(.proxy, neverArrived: true, "the proxy's response has no head")
                case .more:
                    input = try await stream.read(atMost: 4096, by: deadline)
                    guard !input.isEmpty else { throw ClientError(.proxy, neverArrived: true, "the proxy closed the connection") }
                }
            }
        } catch let failure as ClientError {
            throw failure
        } catch {
            let isSlow = error as? StreamError == .timedOut
            throw ClientError(isSlow ? .connectTimeout : .proxy, neverArrived: true, "the proxy: \(error)")
        }
    }
}
