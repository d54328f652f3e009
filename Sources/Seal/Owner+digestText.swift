import Crypto
import Wire

extension Owner {
    /// The owner without its name, for links that need no key: as base64url.
    package var digestText: String { Base64.url.text(digest.bytes) }

    /// Nil unless the text is a mark. Ids open for the owner so made; its name is not known.
    package init?(mark: String) {
        guard let bytes = try? Base64.url.decode(Bytes(mark.utf8)[...]), let digest = Digest(bytes) else { return nil }
        self.init(name: "", digest: digest)
    }
}

extension KeyRing {
    /// Keys for another purpose, one of each key of the ring, which tell nothing about those: the first signs, all of them open.
    package func derived(_ purpose: String) -> [Secret] {
        keys.map { HKDF.sha256(key: $0.secret, salt: [], info: Bytes(purpose.utf8), count: 32) }
    }
}
