import Crypto
import Wire

/// The owner of a job: a client key, by its name in the configuration. Only its owner can open an id.
package struct Owner: Sendable, Hashable {
    package let name: String
    /// SHA-256 of the name; part of the additional data of an id.
    let digest: Digest

    /// The same name is the same owner, whatever its key: replacing a leaked key loses no job.
    package init(name: String) {
        self.name = name
        digest = SHA256.digest(of: "genlock owner\n" + name)
    }

    init(name: String, digest: Digest) {
        self.name = name
        self.digest = digest
    }

    /// The digest as base64url, which identifies the owner in signed links without its name.
    package var digestText: String { Base64.url.text(digest.bytes) }

    /// The owner with that `digestText`; nil for any other text. It opens ids, but has no name.
    package init?(mark: String) {
        guard let bytes = try? Base64.url.decode(Bytes(mark.utf8)[...]), let digest = Digest(bytes) else { return nil }
        self.init(name: "", digest: digest)
    }
}
