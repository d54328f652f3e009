import Crypto
import Wire

extension SHA256 {
    /// The digest of a body in several pieces.
    package static func digest(of body: Pieces) -> Digest {
        var hash = SHA256()
        for slice in body.slices { hash.update(slice) }
        return hash.finish()
    }
}
