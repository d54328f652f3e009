import Net
import Wire

/// The peers whose PROXY protocol headers are trusted.
package struct ProxyTrust: Sendable {
    private let ranges: [IPRange]

    package init(_ ranges: [IPRange]) { self.ranges = ranges }

    /// Trusts every peer on a Unix socket: file permissions protect it.
    func trusts(_ peer: Address) -> Bool {
        switch peer {
        case .v4(let address, _): ranges.contains { $0.contains(v4: address.number) }
        case .v6(let address, _): ranges.contains { $0.contains(high: address.high, low: address.low) }
        case .unix: true
        }
    }
}

/// A connection before its PROXY protocol header.
final class ProxiedConnection: ServerConnection {
    private let stream: Net.Stream
    private let shard: ServerShard
    var index = 0
    var hasServed: Bool { false }

    init(_ stream: Net.Stream, at shard: ServerShard) {
        self.stream = stream
        self.shard = shard
    }

    /// Reads the header and sets the stream's peer. If that fails, closes the stream and returns false.
    func readProxyHeader(_ trust: ProxyTrust) async -> Bool {
        let balancer = stream.peer
        guard trust.trusts(balancer) else { return reject("the peer is not among those whose PROXY protocol headers are trusted") }
        do throws(StreamError) {
            if try await stream.readProxyHeader(by: shard.loop.now + shard.timeouts.header) { return true }
            // A probe that connects and closes is not an error.
            if !stream.hasPeerFinished { return reject("the connection does not begin with a PROXY protocol header") }
        } catch {
            if error == .timedOut { return reject("the PROXY protocol header did not arrive in time") }
        }
        stream.close()
        return false
    }

    private func reject(_ reason: String) -> Bool {
        shard.handler.report(ConnectionRejection(kind: .proxy, reason: reason, peer: stream.peer))
        stream.close()
        return false
    }

    /// Never idle: the header has a deadline, and the client is about to send a request.
    func closeIfIdle() -> Bool { false }

    func abort() { stream.abort() }
}

extension ServerShard {
    /// Reads the PROXY protocol header of a new connection.
    /// - Parameter admit: continues with the connection once its peer is known.
    func receive(_ stream: Net.Stream, _ trust: ProxyTrust, then admit: @escaping () -> Void) {
        let connection = ProxiedConnection(stream, at: self)
        add(connection)
        Loop.fork {
            if await connection.readProxyHeader(trust) { admit() }
            self.remove(connection)
        }
    }
}
