import Synchronization
import Wire

/// Resolves names on threads of its own, caches the results, and joins concurrent lookups of one owner's name.
final class LookupPool: Sendable {
    typealias Outcome = Result<[Address], Resolver.LookupError>

    private struct Key: Hashable {
        let owner: String
        let name: String
    }

    private struct CacheEntry {
        let addresses: [Address]
        let expiry: Instant
        /// Until when it may be used if a new lookup fails (RFC 8767).
        let staleExpiry: Instant
    }

    /// A queued or running lookup, and its waiters.
    private struct PendingLookup {
        var waiters: [Confined<Promise<Outcome>>]
        /// The latest deadline of its waiters.
        var deadline: Instant
    }

    private struct State {
        var cache: [String: CacheEntry] = [:]
        var pending: [Key: PendingLookup] = [:]
        var queue: LookupQueue<Key>
    }

    private let state: Mutex<State>
    private let threads: ThreadPool
    private let lookUp: Resolver.LookUp
    private let ttl: Duration
    private let staleTTL: Duration
    private let staleTimeout: Duration
    private let maxNames: Int

    /// - Parameter staleTTL: how long an expired result may be used when a lookup fails; zero means never.
    init(
        _ name: String, _ bounds: LookupBounds, limits: Limits, staleTTL: Duration, lookUp: @escaping Resolver.LookUp
    ) {
        state = Mutex(State(queue: LookupQueue(bounds)))
        threads = ThreadPool(name, limit: bounds.running)
        self.lookUp = lookUp
        ttl = limits.dnsCacheTTL
        self.staleTTL = staleTTL
        staleTimeout = limits.dnsStaleTimeout
        maxNames = limits.dnsCacheEntries
    }

    /// Resolves a name. Runs on a loop. A lookup that exceeds its deadline still fills the cache.
    func resolve(_ name: String, for owner: String, by deadline: Instant) async throws(Resolver.LookupError) -> [Address] {
        let known = state.withLock { $0.cache[name] }
        if let known, known.expiry > .now { return known.addresses }
        let stale = known.flatMap { $0.staleExpiry > .now ? $0.addresses : nil }
        let promise = Promise<Outcome>()
        guard join(Key(owner: owner, name: name), Confined(promise), until: deadline) else {
            if let stale { return stale }
            throw .busy
        }
        // RFC 8767 §5: with a stale result, wait only briefly for a fresh one.
        let waitDeadline = stale == nil ? deadline : min(deadline, .now + staleTimeout)
        let outcome = await promise.value(by: waitDeadline) ?? .failure(.timedOut)
        switch outcome {
        case .success(let addresses): return addresses
        case .failure(.notFound): throw .notFound
        case .failure(let failure):
            if let stale { return stale }
            throw failure
        }
    }

    /// - Returns: false if the queue is full.
    private func join(_ key: Key, _ waiter: Confined<Promise<Outcome>>, until deadline: Instant) -> Bool {
        let admission = state.withLock { state -> LookupQueue<Key>.Admission in
            if state.pending[key] != nil {
                state.pending[key]!.waiters.append(waiter)
                state.pending[key]!.deadline = max(state.pending[key]!.deadline, deadline)
                return .wait
            }
            let admission = state.queue.add(key, of: key.owner)
            if admission != .reject { state.pending[key] = PendingLookup(waiters: [waiter], deadline: deadline) }
            return admission
        }
        if admission == .run { start(key) }
        return admission != .reject
    }

    private func start(_ key: Key) {
        threads.submit { [self] in
            let isWanted = state.withLock { ($0.pending[key]?.deadline ?? .never) > .now }
            finish(key, isWanted ? lookUp(key.name) : .failure(.timedOut))
        }
    }

    private func finish(_ key: Key, _ outcome: Outcome) {
        let (waiters, next) = state.withLock { state in
            if case .success(let addresses) = outcome { store(key.name, addresses, cache: &state.cache) }
            let waiters = state.pending.removeValue(forKey: key)?.waiters ?? []
            return (waiters, state.queue.finish(of: key.owner))
        }
        for waiter in waiters { waiter.loop.spawn { _ in waiter.open().fulfil(outcome) } }
        if let next { start(next) }
    }

    private func store(_ name: String, _ addresses: [Address], cache: inout [String: CacheEntry]) {
        guard ttl > .zero else { return }
        let now = Instant.now
        if cache.count >= maxNames, cache[name] == nil { LookupPool.evict(from: &cache, now) }
        cache[name] = CacheEntry(addresses: addresses, expiry: now + ttl, staleExpiry: now + max(ttl, staleTTL))
    }

    /// Evicts expired entries, else the one that expires first.
    private static func evict(from cache: inout [String: CacheEntry], _ now: Instant) {
        let count = cache.count
        cache = cache.filter { $0.value.staleExpiry > now }
        guard cache.count == count, let oldest = cache.min(by: { $0.value.expiry < $1.value.expiry })?.key else { return }
        cache[oldest] = nil
    }
}
