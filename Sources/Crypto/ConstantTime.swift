import COpenSSL
import Wire

/// Comparisons whose duration does not depend on where two values differ, so that timing reveals nothing about a secret.
package enum ConstantTime {
    /// The lengths are not secret.
    package static func equal(_ one: Bytes, _ other: Bytes) -> Bool {
        one.withUnsafeBytes { one in other.withUnsafeBytes { equal(one, $0) } }
    }

    static func equal(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        one.count == other.count && (one.isEmpty || CRYPTO_memcmp(one.baseAddress, other.baseAddress, one.count) == 0)
    }
}
