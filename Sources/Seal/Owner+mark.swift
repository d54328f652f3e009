import Crypto
import Wire

extension Owner {
    /// The owner without its name, for links that need no key: as base64url.
    package var mark: String { Base64.url.text(digest.bytes) }

    /// Nil unless the text is a mark. Ids open for the owner so made; its name is not known.
    package init?(mark: String) {
        guard let bytes = try? Base64.url.decode(Bytes(mark.utf8)[...]), let digest = Digest(bytes) else { return nil }
        self.init(name: "", digest: digest)
    }
}

extension KeyRing {
    /// A key for another purpose, which tells nothing about those of the ring. It changes with the key that seals.
    package func derived(_ purpose: String) -> Secret {
        HKDF.sha256(key: keys[0].secret, salt: [], info: Bytes(purpose.utf8), count: 32)
    }
}
