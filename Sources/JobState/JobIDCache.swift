import Seal
import Synchronization
import Wire

/// Caches the claims of the ids that clients poll: opening an id takes a decryption and a dozen allocations, a lookup a fraction of that
/// time. Each set of sealing keys has its own cache, so that ids of removed keys stop opening.
package final class JobIDCache: Sendable {
    private struct Entry {
        let owner: Owner
        let claims: Claims
    }

    private let table: Mutex<TwoGenerationCache<JobKey, Entry>>

    /// - Parameter capacity: the maximum number of ids.
    package init(capacity: Int) { table = Mutex(TwoGenerationCache(capacity: capacity)) }

    /// The claims of an id, from the cache or the sealer; nil if the id does not open for that owner.
    package func claims(of id: String, for owner: Owner, with sealer: Sealer) -> Claims? {
        let key = JobKey(id)
        if let known = knownClaims(key, for: owner) { return known }
        guard let claims = sealer.open(id, for: owner) else { return nil }
        store(key, claims, for: owner)
        return claims
    }

    /// Stores the claims of a new id: the client that created the job will poll it.
    package func store(_ id: String, _ claims: Claims, for owner: Owner) { store(JobKey(id), claims, for: owner) }

    private func store(_ key: JobKey, _ claims: Claims, for owner: Owner) {
        let entry = Entry(owner: owner, claims: claims)
        table.withLock { $0.store(key, entry) }
    }

    private func knownClaims(_ key: JobKey, for owner: Owner) -> Claims? {
        table.withLock { table in
            guard let entry = table[key], entry.owner == owner else { return nil }
            return entry.claims
        }
    }
}
