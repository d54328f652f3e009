import Crypto
import Jobs
import Wire

/// Makes job ids and opens them. An id is `video_` and, as base64url without padding: version (1 byte) ‖ number of the key (1) ‖ random
/// salt (24) ‖ the claims under AES-256-GCM ‖ tag (16). Key and nonce come from HKDF-SHA256 over the ring's key and the salt, so no
/// nonce is ever used twice. Version, number and owner are authenticated with it.
package struct Sealer: Sendable {
    package static let prefix = "video_"

    private static let version: UInt8 = 1
    private static let saltCount = 24
    private static let headCount = 2 + saltCount
    private static let info = Bytes("genlock job id 1".utf8)

    private let ring: KeyRing

    package init(_ ring: KeyRing) { self.ring = ring }

    /// The id with all of the claims, of any length: a paid job is not lost because its vendor's id is long.
    package func seal(_ claims: Claims, for owner: Owner, random: RandomSource) -> String {
        let key = ring.keys[0]
        let salt = random.bytes(Sealer.saltCount)
        let (cipher, nonce) = Sealer.cipher(key, salt: salt)
        let head = [Sealer.version, key.number]
        let sealed = cipher.seal(claims.bytes, nonce: nonce, additional: head + owner.digest.bytes)
        return Sealer.prefix + Base64.url.text(head + salt + sealed)
    }

    /// An id that needs no journal. If it is too long with the client's name of the model, length and size, it is made without them; if
    /// that is not enough, the id has more than 255 characters.
    package func sealSelfContained(_ claims: Claims, for owner: Owner, random: RandomSource) -> String {
        let id = seal(claims, for: owner, random: random)
        if Sealer.fits(id) { return id }
        let shorter = seal(claims.abridged, for: owner, random: random)
        return Sealer.fits(shorter) ? shorter : id
    }

    /// Whether an id is within the documented 255 characters.
    package static func fits(_ id: String) -> Bool { id.utf8.count <= Limits.maxIDCharacters }

    /// The claims; nil for anything that is not an id, was changed, belongs to another owner or was sealed with a removed key.
    package func open(_ id: String, for owner: Owner) -> Claims? {
        guard id.utf8.count <= Limits.maxSealedCharacters, id.utf8.starts(with: Sealer.prefix.utf8),
            let bytes = try? Base64.url.decode(Bytes(id.utf8).dropFirst(Sealer.prefix.utf8.count)),
            bytes.count > Sealer.headCount + AES256GCM.tagCount, bytes[0] == Sealer.version,
            let key = ring.keys.first(where: { $0.number == bytes[1] })
        else { return nil }
        let (cipher, nonce) = Sealer.cipher(key, salt: Bytes(bytes[2..<Sealer.headCount]))
        let additional = Bytes(bytes.prefix(2)) + owner.digest.bytes
        return cipher.open(bytes[Sealer.headCount...], nonce: nonce, additional: additional).flatMap(Claims.init)
    }

    private static func cipher(_ key: KeyRing.Key, salt: Bytes) -> (AES256GCM, nonce: Bytes) {
        let count = AES256GCM.keyCount + AES256GCM.nonceCount
        let derived = HKDF.sha256(key: key.secret, salt: salt, info: info, count: count)
        return derived.withBytes { bytes in
            let key = Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[..<AES256GCM.keyCount]))
            return (AES256GCM(key: key), Bytes(bytes[AES256GCM.keyCount...]))
        }
    }
}
