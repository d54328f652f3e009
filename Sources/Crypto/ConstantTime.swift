import COpenSSL
import Wire

/// Comparisons that take the same time wherever two values differ, so that an answer's delay tells nothing about a secret.
package enum ConstantTime {
    /// The lengths are not secret.
    package static func equal(_ one: Bytes, _ other: Bytes) -> Bool {
        one.withUnsafeBytes { one in other.withUnsafeBytes { equal(one, $0) } }
    }

    static func equal(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        one.count == other.count && (one.isEmpty || CRYPTO_memcmp(one.baseAddress, other.baseAddress, one.count) == 0)
    }
}
