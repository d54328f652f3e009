import HTTP
import Net
import Wire

/// Makes new connections: name lookup, the guard against private addresses, the race, a proxy's tunnel, TLS.
/// Every failure here proves that no request was sent.
struct Dialer {
    let loop: Loop
    let resolver: Resolver
    let tls: TLSContext
    let limits: Limits

    func connect(_ key: Pool.Key, for purpose: Resolver.Purpose) async throws(ClientFailure) -> Stream {
        let deadline = loop.now + limits.connectTime
        let stream = try await plain(key, for: purpose, by: deadline)
        do throws(ClientFailure) {
            if let proxy = key.proxy, key.scheme == "https" { try await tunnel(stream, to: key, through: proxy, by: deadline) }
            if key.scheme == "https" { try await secure(stream, host: key.host, by: deadline) }
        } catch {
            stream.close()
            throw error
        }
        return stream
    }

    private func plain(
        _ key: Pool.Key, for purpose: Resolver.Purpose, by deadline: Instant
    ) async throws(ClientFailure) -> Stream {
        let addresses: [Address]
        if let proxy = key.proxy {
            try await checkBehindProxy(key, for: purpose)
            addresses = try await lookUp(proxy.host, UInt16(proxy.port), for: .vendor)
        } else {
            addresses = try await lookUp(key.host, key.port, for: purpose).filter { Dialer.mayReach($0, key) }
            guard !addresses.isEmpty else { throw Dialer.forbidden(key.host) }
        }
        do throws(StreamFailure) {
            return try await Race.connect(to: addresses, by: deadline, on: loop, headStart: limits.connectHeadStart)
        } catch {
            throw ClientFailure(error == .timedOut ? .connectTimeout : .connect, neverArrived: true, "connect to \(key.host): \(error)")
        }
    }

    /// Link-local addresses and those of metadata services answer credentials to anyone who asks: no one is called there.
    private static func mayReach(_ address: Address, _ key: Pool.Key) -> Bool {
        key.onlyPublic ? address.isPublic : !address.isMetadata
    }

    /// The proxy looks the name up again, so this judges the name and not the connection. A name that only the proxy can look up is left to
    /// it, unless a client chose the name.
    private func checkBehindProxy(_ key: Pool.Key, for purpose: Resolver.Purpose) async throws(ClientFailure) {
        let literal = Address(literal: key.host, port: key.port)
        guard key.onlyPublic || literal != nil else { return }
        do throws(ClientFailure) {
            let own = try await lookUp(key.host, key.port, for: purpose)
            guard own.allSatisfy({ Dialer.mayReach($0, key) }) else { throw Dialer.forbidden(key.host) }
        } catch {
            guard purpose == .vendor, error.reason == .lookup || error.reason == .resolver else { throw error }
        }
    }

    private static func forbidden(_ host: String) -> ClientFailure {
        ClientFailure(.forbiddenAddress, neverArrived: true, "\(host) leads to an address that is not public")
    }

    private func lookUp(_ host: String, _ port: UInt16, for purpose: Resolver.Purpose) async throws(ClientFailure) -> [Address] {
        do throws(Resolver.Failure) {
            return try await resolver.addresses(of: host, port: port, for: purpose, by: loop.now + limits.lookupTime)
        } catch {
            throw ClientFailure(error == .notFound ? .lookup : .resolver, neverArrived: true, "look up \(host): \(error)")
        }
    }

    private func secure(_ stream: Stream, host: String, by deadline: Instant) async throws(ClientFailure) {
        do throws(StreamFailure) {
            try await stream.startTLS(asClient: tls, host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, by: deadline)
        } catch {
            throw ClientFailure(error == .timedOut ? .connectTimeout : .tls, neverArrived: true, "TLS with \(host): \(error)")
        }
    }

    /// RFC 9110 §9.3.6.
    private func tunnel(_ stream: Stream, to key: Pool.Key, through proxy: Outgoing.Proxy, by deadline: Instant) async throws(ClientFailure)
    {
        let target = "\(key.host):\(key.port)"
        var headers = Headers()
        if let authorization = proxy.authorization { headers.set("proxy-authorization", authorization) }
        var head = Bytes()
        guard HeadWriter.appendRequest(.connect, target: target, authority: target, headers, .none, to: &head) else {
            throw ClientFailure(.badURL, neverArrived: true, "not a host for CONNECT: \(key.host)")
        }
        do {
            try await stream.write(head[...], by: deadline)
            var parser = ResponseParser(to: .connect, limits)
            var input: Slice = []
            while true {
                switch parser.next(&input) {
                case .head(let head) where (200..<300).contains(head.status):
                    // A TLS server waits for the client to speak: bytes behind the head are not the tunnel's.
                    guard input.isEmpty else { throw ClientFailure(.proxy, neverArrived: true, "the proxy sent bytes into the tunnel") }
                    return
                case .head(let head): throw ClientFailure(.proxy, neverArrived: true, "the proxy answered CONNECT with \(head.status)")
                case .broken(let flaw): throw ClientFailure(.proxy, neverArrived: true, "the proxy's answer: \(flaw)")
                case .interim: continue
                case .piece, .end: throw ClientFailure(.proxy, neverArrived: true, "the proxy's answer has no head")
                case .more:
                    input = try await stream.read(atMost: 4096, by: deadline)
                    guard !input.isEmpty else { throw ClientFailure(.proxy, neverArrived: true, "the proxy closed the connection") }
                }
            }
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            let isSlow = error as? StreamFailure == .timedOut
            throw ClientFailure(isSlow ? .connectTimeout : .proxy, neverArrived: true, "the proxy: \(error)")
        }
    }
}
