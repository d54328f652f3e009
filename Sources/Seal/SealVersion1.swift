import Crypto
import Wire

/// Opens ids that Genlock 0.1.0 made. Version 1 has the form of version 2, but HKDF-SHA256 over the ring's key and the salt makes the key
/// and the nonce of AES-256-GCM, and the owner comes after version and number in the additional data.
enum SealVersion1 {
    static let version: UInt8 = 1
    private static let headCount = 2
    private static let saltCount = 24
    private static let info = Bytes("genlock job id 1".utf8)

    /// The bytes of the claims; nil if the id was changed, belongs to another owner or was sealed with another key.
    static func open(_ id: Slice, key: Secret, for owner: Owner) -> Bytes? {
        let (head, rest) = (id.prefix(headCount), id.dropFirst(headCount))
        guard rest.count >= saltCount + AES256GCM.tagCount else { return nil }
        let (cipherKey, nonce) = derive(key, salt: Bytes(rest.prefix(saltCount)))
        return AES256GCM().open(rest.dropFirst(saltCount), key: cipherKey, nonce: nonce, additional: Bytes(head) + owner.digest.bytes)
    }

    private static func derive(_ key: Secret, salt: Bytes) -> (key: Secret, nonce: Bytes) {
        let count = AES256GCM.keyCount + AES256GCM.nonceCount
        return HKDF.sha256(key: key, salt: salt, info: info, count: count).withBytes { bytes in
            let key = Secret(copying: UnsafeRawBufferPointer(rebasing: bytes[..<AES256GCM.keyCount]))
            return (key, Bytes(bytes[AES256GCM.keyCount...]))
        }
    }
}
