import Net
import Wire

/// The idle connections of one loop, by destination.
final class ConnectionPool {
    /// Calls share a connection only if they would have opened the same one: a call that is restricted to public addresses must not get a
    /// connection that was opened without that check.
    struct Key: Hashable {
        var scheme: String
        var host: String
        var port: UInt16
        var onlyPublic: Bool
        var proxy: ClientRequest.Proxy?
    }

    private struct Idle {
        let stream: Stream
        let since: Instant
    }

    /// Connections of each key, the last returned at the end.
    private var idle: [Key: [Idle]] = [:]
    private(set) var count = 0
    private let limits: Limits
    private let loop: Loop
    private var sweeper: Timer?

    init(limits: Limits, loop: Loop) {
        self.limits = limits
        self.loop = loop
    }

    /// The connection that was used last and is still open.
    /// - Parameter maxIdle: ignores connections that have been idle for longer.
    func take(_ key: Key, maxIdle: Duration) -> Stream? {
        while let candidate = idle[key]?.popLast() {
            count -= 1
            if idle[key]?.isEmpty == true { idle[key] = nil }
            candidate.stream.onHangUp(nil)
            if loop.now - candidate.since <= maxIdle, candidate.stream.isQuiet() { return candidate.stream }
            candidate.stream.close()
        }
        return nil
    }

    /// Keeps a connection until it has been idle too long, it is too old, the server closes it, or there are too many.
    func put(_ stream: Stream, _ key: Key) {
        guard stream.isQuiet(), loop.now - stream.opened < limits.maxUpstreamConnectionAge, hasRoom(key) else { return stream.close() }
        if count >= limits.maxIdleUpstream { dropOldest() }
        idle[key, default: []].append(Idle(stream: stream, since: loop.now))
        count += 1
        stream.onHangUp { [weak self, weak stream] in
            if let stream { self?.drop(stream, key) }
        }
        sweepLater()
    }

    private func hasRoom(_ key: Key) -> Bool { idle[key]?.count ?? 0 < limits.maxIdleUpstreamPerOrigin && limits.maxIdleUpstream > 0 }

    func closeAll() {
        for candidate in idle.values.joined() { candidate.stream.close() }
        idle = [:]
        count = 0
    }

    private func drop(_ stream: Stream, _ key: Key) {
        guard let place = idle[key]?.firstIndex(where: { $0.stream === stream }) else { return }
        idle[key]?.remove(at: place)
        if idle[key]?.isEmpty == true { idle[key] = nil }
        count -= 1
        stream.close()
    }

    private func dropOldest() {
        guard let (key, oldest) = idle.compactMapValues(\.first).min(by: { $0.value.since < $1.value.since }) else { return }
        drop(oldest.stream, key)
    }

    /// One timer for all connections, set for the one that has been idle longest.
    private func sweepLater() {
        guard sweeper?.isWaiting != true, let oldest = idle.values.compactMap(\.first?.since).min() else { return }
        sweeper = loop.after(max(.zero, oldest + limits.upstreamKeepaliveTimeout - loop.now)) { [weak self] in
            self?.sweep()
            self?.sweepLater()
        }
    }

    private func sweep() {
        for (key, candidates) in idle {
            for candidate in candidates where loop.now - candidate.since >= limits.upstreamKeepaliveTimeout { drop(candidate.stream, key) }
        }
    }
}
