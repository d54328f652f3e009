import COpenSSL

/// The algorithms, fetched once: OpenSSL 3 would otherwise look them up by name in every call. Each object is immutable after its fetch and
/// counts references atomically, so threads may share it.
enum OpenSSL {
    nonisolated(unsafe) static let sha256 = unwrap(EVP_MD_fetch(nil, "SHA256", nil))
    nonisolated(unsafe) static let aes256GCM = unwrap(EVP_CIPHER_fetch(nil, "AES-256-GCM", nil))
    nonisolated(unsafe) static let aes256ECB = unwrap(EVP_CIPHER_fetch(nil, "AES-256-ECB", nil))

    /// Traps on the failure of a call that fails only without memory or without the algorithm, which no caller can handle.
    static func check(_ result: Int32) {
        guard result == 1 else { preconditionFailure("OpenSSL failed in a call that cannot fail") }
    }

    static func unwrap<Object>(_ object: Object?) -> Object {
        guard let object else { preconditionFailure("OpenSSL is out of memory, or lacks an algorithm") }
        return object
    }

    /// Clears the thread's error queue after a rejected input: TLS on the same thread reads that queue after its own calls.
    static func clearErrors() { ERR_clear_error() }
}
