import COpenSSL
import Wire

/// HKDF (RFC 5869) with SHA-256: fresh keys from a master key, one for each salt and purpose.
package enum HKDF {
    /// `count` bytes, at most 255 · 32 (RFC 5869 §2.3). The key must not be empty.
    package static func sha256(key: Secret, salt: Bytes, info: Bytes, count: Int) -> Secret {
        precondition(key.count > 0 && count > 0 && count <= 255 * Digest.count)
        return Secret(count: count) { output in
            key.withBytes { key in
                let result = openssl_hkdf_sha256(
                    OpenSSL.hkdf, key.baseAddress, key.count, salt, salt.count, info, info.count, output.baseAddress, output.count)
                OpenSSL.must(result)
            }
        }
    }
}
