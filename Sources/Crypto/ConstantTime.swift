import COpenSSL
import Wire

/// Comparisons that take the same time wherever two values differ, so that an answer's delay tells nothing about a secret.
package enum ConstantTime {
    /// The lengths are not secret.
    package static func equal(_ one: Bytes, _ other: Bytes) -> Bool {
        one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
    }
}
