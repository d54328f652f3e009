import COpenSSL
import Wire

/// Incremental SHA-256 (FIPS 180-4).
package struct SHA256: ~Copyable {
    private let context = OpenSSL.unwrap(EVP_MD_CTX_new())

    package init() { OpenSSL.check(EVP_DigestInit_ex2(context, OpenSSL.sha256, nil)) }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: Slice) {
        bytes.withUnsafeBytes { OpenSSL.check(EVP_DigestUpdate(context, $0.baseAddress, $0.count)) }
    }

    package consuming func finish() -> Digest {
        Digest { OpenSSL.check(EVP_DigestFinal_ex(context, $0, nil)) }
    }

    package static func digest(of bytes: Slice) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    package static func digest(of bytes: Bytes) -> Digest { digest(of: bytes[...]) }

    /// The digest of a body in several pieces.
    package static func digest(of body: Pieces) -> Digest {
        var hash = SHA256()
        for slice in body.slices { hash.update(slice) }
        return hash.finish()
    }

    package static func digest(of text: String) -> Digest { digest(of: Bytes(text.utf8)) }
}
