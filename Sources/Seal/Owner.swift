import Crypto
import Wire

/// Whose job it is: a client key by its name in the configuration. An id opens for its owner alone.
package struct Owner: Sendable, Hashable {
    package let name: String
    /// What stands in the additional data of an id.
    let digest: Digest

    /// The same name is the same owner, whatever key it has today: replacing a leaked key loses no job.
    package init(name: String) {
        self.name = name
        digest = SHA256.digest(of: "genlock owner\n" + name)
    }

    init(name: String, digest: Digest) {
        self.name = name
        self.digest = digest
    }
}
