import COpenSSL
import Wire

/// An RSA key that signs with PKCS #1 v1.5 and SHA-256 (RFC 8017 §8.2), which JSON Web Tokens call RS256.
package final class RSAPrivateKey: @unchecked Sendable {
    /// Why a key was rejected. Contains nothing of the key.
    package enum KeyError: Error, Equatable {
        /// Not a PEM private key, or one with a password.
        case unreadable
        case notRSA
        /// RFC 7518 §3.3 requires 2048 bits.
        case tooShort(bits: Int)
    }

    /// Signing only reads it; OpenSSL locks its internal caches.
    private let key: OpaquePointer

    /// - Parameter pem: PKCS #8 (`BEGIN PRIVATE KEY`) or PKCS #1 (`BEGIN RSA PRIVATE KEY`), without a password.
    package init(pem: Secret) throws(KeyError) {
        guard let key = pem.withBytes(RSAPrivateKey.read) else {
            OpenSSL.clearErrors()
            throw .unreadable
        }
        let keyError: KeyError? =
            if EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA {
                .notRSA
            } else if EVP_PKEY_get_bits(key) < 2048 {
                .tooShort(bits: Int(EVP_PKEY_get_bits(key)))
            } else {
                nil
            }
        self.key = key
        if let keyError { throw keyError }
    }

    deinit { EVP_PKEY_free(key) }

    /// The signature, as long as the key's modulus. It is deterministic.
    package func sign(_ message: Bytes) -> Bytes {
        let context = OpenSSL.unwrap(EVP_MD_CTX_new())
        defer { EVP_MD_CTX_free(context) }
        OpenSSL.check(EVP_DigestSignInit_ex(context, nil, "SHA256", nil, nil, key, nil))
        var signature = Bytes(repeating: 0, count: Int(EVP_PKEY_get_size(key)))
        var count = signature.count
        OpenSSL.check(EVP_DigestSign(context, &signature, &count, message, message.count))
        return Bytes(signature.prefix(count))
    }

    private static func read(_ pem: UnsafeRawBufferPointer) -> OpaquePointer? {
        guard let count = Int32(exactly: pem.count), let text = BIO_new_mem_buf(pem.baseAddress, count) else { return nil }
        defer { BIO_free(text) }
        // Without a callback of ours OpenSSL would ask for a password on the terminal.
        return PEM_read_bio_PrivateKey(text, nil, { _, _, _, _ in -1 }, nil)
    }
}
