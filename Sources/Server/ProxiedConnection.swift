import Net
import Wire

/// Who may say, in a PROXY protocol header, for whom a connection is.
package struct ProxyTrust: Sendable {
    private let ranges: [IPRange]

    package init(_ ranges: [IPRange]) { self.ranges = ranges }

    /// A client that may open a socket file is on this machine.
    func trusts(_ peer: Address) -> Bool {
        switch peer {
        case .v4(let address, _): ranges.contains { $0.contains(v4: address.number) }
        case .v6(let address, _): ranges.contains { $0.contains(high: address.high, low: address.low) }
        case .unix: true
        }
    }
}

/// A connection whose PROXY protocol header is awaited.
final class ProxiedConnection: ServerConnection {
    private let stream: Net.Stream
    private let shard: ServerShard
    var index = 0
    var hasServed: Bool { false }

    init(_ stream: Net.Stream, at shard: ServerShard) {
        self.stream = stream
        self.shard = shard
    }

    /// Whether the stream's peer is known now. If not, the stream is closed.
    func readProxyHeader(_ trust: ProxyTrust) async -> Bool {
        let balancer = stream.peer
        guard trust.trusts(balancer) else { return reject("the peer is not among those whose PROXY protocol headers are trusted") }
        do throws(StreamError) {
            if try await stream.readProxyHeader(by: shard.loop.now + shard.timeouts.header) { return true }
            // A probe that connects and goes is no mistake.
            if !stream.hasPeerFinished { return reject("the connection does not begin with a PROXY protocol header") }
        } catch {
            if error == .timedOut { return reject("the PROXY protocol header did not come in time") }
        }
        stream.close()
        return false
    }

    private func reject(_ reason: String) -> Bool {
        shard.handler.report(ConnectionRejection(kind: .proxy, reason: reason, peer: stream.peer))
        stream.close()
        return false
    }

    /// The header has its deadline, and its client a request on its lips.
    func closeIfIdle() -> Bool { false }

    func abort() { stream.abort() }
}

extension ServerShard {
    /// Takes in a connection that a load balancer passes on.
    /// - Parameter admit: takes it in once its peer is known.
    func receive(_ stream: Net.Stream, _ trust: ProxyTrust, then admit: @escaping () -> Void) {
        let connection = ProxiedConnection(stream, at: self)
        add(connection)
        Loop.fork {
            if await connection.readProxyHeader(trust) { admit() }
            self.remove(connection)
        }
    }
}
