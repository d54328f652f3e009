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

    /// The idle connections with one key. A caller keeps the object, which saves two lookups of a key of three strings for each call.
    final class Origin {
        let key: Key
        /// The last returned at the end.
        fileprivate var idle: [Idle] = []
        /// Whether it is in `origins`.
        fileprivate var isKnown = false

        fileprivate init(_ key: Key) { self.key = key }
    }

    fileprivate struct Idle {
        let stream: Stream
        let since: Instant
    }

    /// Some may have no idle connection; their number is bounded by `forgetUnused`.
    private var origins: [Key: Origin] = [:]
    private(set) var count = 0
    private let limits: Limits
    private let loop: Loop
    private var sweeper: Timer?

    init(limits: Limits, loop: Loop) {
        self.limits = limits
        self.loop = loop
    }

    func origin(_ key: Key) -> Origin { origins[key] ?? known(Origin(key)) }

    var originCount: Int { origins.count }

    /// The connection that was used last and is still open.
    /// - Parameter maxIdle: ignores connections that have been idle for longer.
    func take(_ origin: Origin, maxIdle: Duration) -> Stream? {
        let origin = known(origin)
        while let candidate = origin.idle.popLast() {
            count -= 1
            candidate.stream.onHangUp(nil)
            if loop.now - candidate.since <= maxIdle, candidate.stream.isQuiet() { return candidate.stream }
            candidate.stream.close()
        }
        return nil
    }

    /// Keeps a connection until it has been idle too long, it is too old, the server closes it, or there are too many.
    func put(_ stream: Stream, _ origin: Origin) {
        let origin = known(origin)
        guard stream.isQuiet(), loop.now - stream.opened < limits.maxUpstreamConnectionAge, limits.maxIdleUpstream > 0,
            origin.idle.count < limits.maxIdleUpstreamPerOrigin
        else { return stream.close() }
        if count >= limits.maxIdleUpstream { dropOldest() }
        origin.idle.append(Idle(stream: stream, since: loop.now))
        count += 1
        stream.onHangUp { [weak self, weak stream, weak origin] in
            if let stream, let origin { self?.drop(stream, origin) }
        }
        sweepLater()
    }

    func closeAll() {
        for origin in origins.values {
            for candidate in origin.idle { candidate.stream.close() }
            origin.idle = []
        }
        count = 0
        forgetUnused()
    }

    /// The object that all calls with its key share: it may have been forgotten since the caller got it.
    private func known(_ origin: Origin) -> Origin {
        if origin.isKnown { return origin }
        if let other = origins[origin.key] { return other }
        if origins.count >= limits.maxIdleUpstream + ConnectionPool.maxUnused { forgetUnused() }
        origins[origin.key] = origin
        origin.isKnown = true
        return origin
    }

    private func forgetUnused() {
        for (key, origin) in origins where origin.idle.isEmpty {
            origins[key] = nil
            origin.isKnown = false
        }
    }

    static let maxUnused = 64

    private func drop(_ stream: Stream, _ origin: Origin) {
        guard let place = origin.idle.firstIndex(where: { $0.stream === stream }) else { return }
        origin.idle.remove(at: place)
        count -= 1
        stream.close()
    }

    private func dropOldest() {
        let used = origins.values.filter { !$0.idle.isEmpty }
        guard let origin = used.min(by: { $0.idle[0].since < $1.idle[0].since }) else { return }
        drop(origin.idle[0].stream, origin)
    }

    /// One timer for all connections, set for the one that has been idle longest.
    private func sweepLater() {
        guard sweeper?.isWaiting != true, let oldest = origins.values.compactMap(\.idle.first?.since).min() else { return }
        sweeper = loop.after(max(.zero, oldest + limits.upstreamKeepaliveTimeout - loop.now)) { [weak self] in
            self?.sweep()
            self?.sweepLater()
        }
    }

    private func sweep() {
        for origin in origins.values {
            for candidate in origin.idle where loop.now - candidate.since >= limits.upstreamKeepaliveTimeout {
                drop(candidate.stream, origin)
            }
        }
    }
}
