import Crypto
import Seal
import Wire

/// Job ids: only what was sealed opens, in one spelling.
enum SealedIDProperties {
    private static let key = "1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    private static let saltPlace = 2..<26
    /// Version 1 is only opened.
    private static let version: UInt8 = 2

    static func sealed(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        let id = String(decoding: bytes, as: UTF8.self)
        guard let ring = try? KeyRing(parsing: Secret(key)) else { throw FuzzCase.PropertyError("the key cannot be read") }
        let sealer = Sealer(ring)
        let owner = Owner(name: "studio")
        try FuzzCase.require(sealer.open(id, for: Owner(name: "other")) == nil, "\(id) opens for another owner")
        guard let claims = sealer.open(id, for: owner) else { return }
        guard let inside = try? Base64.url.decode(Bytes(id.utf8).dropFirst(Sealer.prefix.utf8.count)) else {
            throw FuzzCase.PropertyError("\(id) opens and is not base64url")
        }
        guard inside[0] == version else { return }
        let salt = RandomSource { _ in Bytes(inside[saltPlace]) }
        let again = sealer.seal(claims, for: owner, random: salt)
        try FuzzCase.require(again == id, "\(id) opens, but is written \(again)")
    }

    static func claims(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard let claims = Claims(bytes) else { return }
        guard let again = Claims(claims.bytes) else { throw FuzzCase.PropertyError("\(claims) cannot be read again") }
        try FuzzCase.require(again == claims, "\(claims) reads as \(again)")
    }
}
