import Net
import Wire

/// The idle connections of one loop, by where they lead and how.
final class Pool {
    /// Connections are shared only between calls that would have made the same one: a call that may reach public addresses only must not
    /// find one that was made without that guard.
    struct Key: Hashable {
        var scheme: String
        var host: String
        var port: UInt16
        var onlyPublic: Bool
        var proxy: Outgoing.Proxy?
    }

    private struct Idle {
        let stream: Stream
        let since: Instant
    }

    private var idle: [Key: [Idle]] = [:]
    private let limits: Limits
    private var nextSweep: Instant

    init(limits: Limits, now: Instant) {
        self.limits = limits
        nextSweep = now + limits.idleUpstreamTime
    }

    /// The connection that was used last and is still quiet.
    /// - Parameter freshFor: takes none that has been idle for longer.
    func take(_ key: Key, now: Instant, freshFor: Duration) -> Stream? {
        sweep(now)
        while let candidate = idle[key]?.popLast() {
            if now - candidate.since <= freshFor, candidate.stream.isQuiet() { return candidate.stream }
            candidate.stream.close()
        }
        return nil
    }

    func put(_ stream: Stream, _ key: Key, now: Instant) {
        guard idle[key, default: []].count < limits.idleUpstream else { return stream.close() }
        idle[key, default: []].append(Idle(stream: stream, since: now))
    }

    func closeAll() {
        for streams in idle.values { for candidate in streams { candidate.stream.close() } }
        idle = [:]
    }

    /// Now and then, closes what has been idle for too long or was closed by the other side.
    private func sweep(_ now: Instant) {
        guard now >= nextSweep else { return }
        nextSweep = now + limits.idleUpstreamTime
        for (key, candidates) in idle {
            let (kept, old) = (
                candidates.filter { now - $0.since < limits.idleUpstreamTime && $0.stream.isQuiet() },
                candidates.filter { now - $0.since >= limits.idleUpstreamTime || !$0.stream.isQuiet() }
            )
            for candidate in old { candidate.stream.close() }
            idle[key] = kept.isEmpty ? nil : kept
        }
    }
}
