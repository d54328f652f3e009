import Crypto
import Jobs
import Wire

/// Makes job ids and opens them. An id is `video_` and, as base64url without padding:
///
///     version (1 byte) ‖ number of the key (1) ‖ random salt (24) ‖ encrypted claims ‖ tag (16)
///
/// Version 2 is XAES-256-GCM with the salt as its nonce: no salt and no AES key is used twice. Ids of version 1 (see `SealVersion1`) open
/// too. Owner, version and number are authenticated with the claims.
package struct Sealer: Sendable {
    package static let prefix = "video_"

    /// One buffer becomes an id: owner ‖ version ‖ number ‖ salt ‖ claims ‖ tag, of which the owner is not shown.
    private enum Layout {
        static let version = Digest.count
        static let number = version + 1
        /// The owner, the version and the number.
        static let additionalCount = number + 1
        static let claims = additionalCount + XAES256GCM.nonceCount
    }

    private static let version: UInt8 = 2
    /// Enough for an id of the documented length.
    private static let usualCount = Layout.claims + Limits.maxIDCharacters

    private struct Key: Sendable {
        let number: UInt8
        let secret: Secret
        let cipher: XAES256GCM
    }

    /// The first one seals, all of them open.
    private let keys: [Key]

    package init(_ ring: KeyRing) {
        // Keys of the ring have up to 64 bytes, and sign links too: XAES-256-GCM has 32 bytes of its own.
        keys = zip(ring.keys, ring.derived("genlock job id 2")).map { key, derived in
            Key(number: key.number, secret: key.secret, cipher: XAES256GCM(key: derived))
        }
    }

    /// The id with all of the claims, of any length: a paid job is not lost because its vendor's id is long.
    package func seal(_ claims: Claims, for owner: Owner, random: RandomSource) -> String {
        var head = Bytes()
        head.reserveCapacity(Sealer.usualCount)
        owner.digest.append(to: &head)
        head.append(Sealer.version)
        head.append(keys[0].number)
        head += random.bytes(XAES256GCM.nonceCount)
        var message = claims.encoded(after: consume head)
        keys[0].cipher.seal(&message, additionalCount: Layout.additionalCount)
        return Base64.url.text(message[Layout.version...], after: Sealer.prefix)
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
        guard var message = Sealer.message(id, for: owner), let key = keys.first(where: { $0.number == message[Layout.number] }) else {
            return nil
        }
        switch message[Layout.version] {
        case SealVersion1.version:
            return SealVersion1.open(message[Layout.version...], key: key.secret, for: owner).flatMap { Claims($0) }
        case Sealer.version:
            guard key.cipher.open(&message, additionalCount: Layout.additionalCount) else { return nil }
            return Claims(message[Layout.claims...])
        default: return nil
        }
    }

    /// The owner and the bytes of an id; nil for a text that cannot be one.
    private static func message(_ id: String, for owner: Owner) -> Bytes? {
        guard id.utf8.count <= Limits.maxSealedCharacters, id.utf8.starts(with: prefix.utf8) else { return nil }
        let text = Bytes(id.utf8.dropFirst(prefix.utf8.count))
        var message = Bytes()
        message.reserveCapacity(Layout.version + text.count)
        owner.digest.append(to: &message)
        var decoder = Base64Decoder(.url)
        do throws(Base64Error) {
            try decoder.decode(text[...], into: &message)
            try decoder.finish(into: &message)
        } catch {
            return nil
        }
        return message.count > Layout.number ? message : nil
    }
}
