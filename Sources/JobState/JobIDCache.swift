import Seal
import Synchronization
import Wire

/// What the ids say that clients ask about again and again: opening one is seven digests and a decryption, looking it up a tenth of that.
/// It belongs to a studio, so that a studio with other sealing keys knows nothing of what the keys before opened.
package final class JobIDCache: Sendable {
    private struct Entry {
        let owner: Owner
        let claims: Claims
    }

    private let table: Mutex<TwoGenerationCache<Entry>>

    /// - Parameter capacity: no more ids are remembered.
    package init(capacity: Int) { table = Mutex(TwoGenerationCache(capacity: capacity)) }

    /// The claims of an id, opened by the sealer where they are not known; nil where they do not open for that owner.
    package func claims(of id: String, for owner: Owner, with sealer: Sealer) -> Claims? {
        if let known = claims(of: id, for: owner) { return known }
        guard let claims = sealer.open(id, for: owner) else { return nil }
        store(id, claims, for: owner)
        return claims
    }

    /// What a new id says: whoever made it will ask about it first.
    package func store(_ id: String, _ claims: Claims, for owner: Owner) {
        let entry = Entry(owner: owner, claims: claims)
        table.withLock { $0.store(id, entry) }
    }

    private func claims(of id: String, for owner: Owner) -> Claims? {
        table.withLock { table in
            guard let entry = table[id], entry.owner == owner else { return nil }
            return entry.claims
        }
    }
}
