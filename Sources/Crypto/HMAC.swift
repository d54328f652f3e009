import COpenSSL
import Wire

/// HMAC (RFC 2104) with SHA-256.
package enum HMAC {
    package static func sha256(_ message: Bytes, key: Secret) -> Digest {
        key.withBytes { code(for: message, key: $0) }
    }

    /// For signing schemes that derive a key with HMAC and go on with it.
    package static func sha256(_ message: Bytes, key: Digest) -> Digest {
        key.bytes.withUnsafeBytes { code(for: message, key: $0) }
    }

    private static func code(for message: Bytes, key: UnsafeRawBufferPointer) -> Digest {
        let context = OpenSSL.found(EVP_MAC_CTX_dup(OpenSSL.hmacSHA256))
        defer { EVP_MAC_CTX_free(context) }
        let key = key.bindMemory(to: UInt8.self)
        // A null key means "keep the one you have" to OpenSSL, so an empty one needs an address.
        if let start = key.baseAddress {
            OpenSSL.must(EVP_MAC_init(context, start, key.count, nil))
        } else {
            OpenSSL.must(EVP_MAC_init(context, [0], 0, nil))
        }
        OpenSSL.must(EVP_MAC_update(context, message, message.count))
        return Digest {
            var count = 0
            OpenSSL.must(EVP_MAC_final(context, $0, &count, Digest.count))
        }
    }
}
