import Net
import Synchronization
import Wire

/// Serves the connections of listeners on a set of loops. Each loop has its own handler; a connection stays on its loop.
package final class Server: Sendable {
    private let shards: [Confined<ServerShard>]
    let bodyMemory: BodyMemoryBudget
    let connectionLimiter: ConnectionLimiter
    let counters = ServerCounters()
    let listeners = Mutex<[Listener]>([])

    /// - Parameters:
    ///   - clock: the time of day, for the Date field.
    ///   - bodyMemory: the memory budget of request bodies; pass one to share it with other buffers.
    ///   - makeHandler: called once on each loop.
    package init(
        on loops: [Loop], limits: Limits, clock: @escaping @Sendable () -> Timestamp, bodyMemory: BodyMemoryBudget? = nil,
        _ makeHandler: @escaping @Sendable (Loop) -> any Handler
    ) async {
        let bodyMemory = bodyMemory ?? BodyMemoryBudget(limits)
        self.bodyMemory = bodyMemory
        connectionLimiter = ConnectionLimiter(maxConnections: Server.maxConnections(limits), perNetwork: limits.maxConnectionsPerAddress)
        var shards: [Confined<ServerShard>] = []
        for loop in loops {
            shards.append(
                await loop.run { [counters] loop in
                    Confined(
                        ServerShard(
                            loop: loop, limits: limits, handler: makeHandler(loop), bodyMemory: bodyMemory, counters: counters, clock: clock
                        ))
                })
        }
        self.shards = shards
    }

    /// The ALPN names of the supported protocols, the preferred first.
    package static let protocols = ["h2", "http/1.1"]

    /// Serves the connections of another listener, on all loops, until `drain`.
    /// - Parameters:
    ///   - tls: nil for clear text.
    ///   - proxies: the peers that must send a PROXY protocol header; nil if connections begin without one.
    package func serve(_ listener: Listener, tls: CurrentTLSContext? = nil, proxies: ProxyTrust? = nil) async throws(StreamError) {
        listeners.withLock { $0.append(listener) }
        for shard in shards {
            let failure = await shard.loop.run { [connectionLimiter] _ in
                Server.startAccepting(listener, tls, proxies: proxies, connectionLimiter: connectionLimiter, at: shard.open())
            }
            if let failure { throw failure }
        }
    }

    /// Stops accepting on that listener. Its connections stay open.
    package func close(_ listener: Listener) {
        listener.stop()
        listeners.withLock { $0.removeAll { $0 === listener } }
    }

    /// Uses new limits and new handlers for all requests from now on. Requests in progress keep the old ones.
    package func adopt(_ limits: Limits, _ makeHandler: @escaping @Sendable (Loop) -> any Handler) async {
        bodyMemory.adopt(limits)
        connectionLimiter.adopt(maxConnections: Server.maxConnections(limits), perNetwork: limits.maxConnectionsPerAddress)
        for shard in shards { await shard.loop.run { loop in shard.open().adopt(limits, makeHandler(loop)) } }
    }

    /// The configured limit, reduced to the descriptors that the process can spare.
    private static func maxConnections(_ limits: Limits) -> Int {
        let descriptors = ProcessLimits.raiseDescriptorLimit()
        return max(1, min(limits.maxConnections, descriptors - min(limits.spareDescriptors, max(24, descriptors / 4))))
    }

    /// How many connections are open, on all loops.
    package func connectionCount() async -> Int {
        var count = 0
        for shard in shards { count += await shard.loop.run { _ in shard.open().count } }
        return count
    }

    /// Continues to accept, and sends `connection: close`, so that clients reconnect, possibly to another server.
    package func announceDrain() async {
        for shard in shards { await shard.loop.run { _ in shard.open().announceDrain() } }
    }

    /// Shuts down gracefully: stops accepting, closes idle connections after `shutdownIdleWait`, completes requests in progress with
    /// `connection: close`, and aborts what is left after `grace`.
    /// - Returns: how many connections were aborted.
    @discardableResult
    package func drain(within grace: Duration) async -> Int {
        for listener in listeners.withLock({ $0 }) { listener.stop() }
        for shard in shards { await shard.loop.run { _ in shard.open().drain(within: grace) } }
        let deadline = Instant.now + grace
        var aborted = 0
        for shard in shards {
            aborted += await shard.loop.run { _ in
                let shard = shard.open()
                await shard.waitUntilEmpty(within: deadline - .now)
                let left = shard.count
                shard.abortAll()
                await shard.waitUntilEmpty(within: shard.limits.shutdownAbortWait)
                return left
            }
        }
        return aborted
    }

    /// Admits the stream within the connection limit, or rejects it.
    private static func admit(
        _ stream: Net.Stream, from peer: Address?, _ tls: CurrentTLSContext?, connectionLimiter: ConnectionLimiter, at shard: ServerShard
    ) -> Bool {
        stream.permit = nil
        guard let permit = connectionLimiter.admit(peer) else {
            shard.counters.rejectedConnections.increment()
            shard.evictIdle()
            shard.handler.report(ConnectionRejection(kind: .connectionLimit, reason: "the connection limit is reached", peer: stream.peer))
            shard.reject(stream, isTLS: tls?.context != nil)
            return false
        }
        if connectionLimiter.isNearlyFull { shard.evictIdle() }
        stream.permit = permit
        return true
    }

    private static func startAccepting(
        _ listener: Listener, _ tls: CurrentTLSContext?, proxies: ProxyTrust?, connectionLimiter: ConnectionLimiter, at shard: ServerShard
    ) -> StreamError? {
        do throws(StreamError) {
            let queue = try listener.makeAcceptQueue()
            shard.retainListener()
            Loop.fork {
                while let stream = await queue.next() {
                    guard let proxies else {
                        if admit(stream, from: stream.peer, tls, connectionLimiter: connectionLimiter, at: shard) {
                            shard.receive(stream, tls?.context)
                        }
                        continue
                    }
                    guard admit(stream, from: nil, tls, connectionLimiter: connectionLimiter, at: shard) else { continue }
                    shard.receive(stream, proxies) {
                        if admit(stream, from: stream.peer, tls, connectionLimiter: connectionLimiter, at: shard) {
                            shard.receive(stream, tls?.context)
                        }
                    }
                }
                shard.releaseListener()
            }
            return nil
        } catch {
            return error
        }
    }
}
