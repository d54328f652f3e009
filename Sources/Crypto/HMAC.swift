import COpenSSL
import Wire

/// HMAC (RFC 2104) with SHA-256, made of two digests: OpenSSL's own looks the algorithm up by name in every call, which costs three times
/// as much as the digests.
package enum HMAC {
    package static func sha256(_ message: Bytes, key: Secret) -> Digest {
        withContext { context in key.withBytes { key in message.withUnsafeBytes { code(for: $0, key: key, context) } } }
    }

    /// For signing schemes that use the result of an HMAC as the next key.
    package static func sha256(_ message: Bytes, key: Digest) -> Digest {
        withContext { context in key.withBytes { key in message.withUnsafeBytes { code(for: $0, key: key, context) } } }
    }

    /// Lends a context for several digests: making one costs as much as a digest.
    static func withContext<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        let context = OpenSSL.unwrap(EVP_MD_CTX_new())
        defer { EVP_MD_CTX_free(context) }
        return body(context)
    }

    /// The block size of SHA-256, to which keys are padded.
    private static let blockCount = 64

    static func code(for message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, _ context: OpaquePointer) -> Digest {
        guard key.count <= blockCount else { return SHA256.digest(of: Bytes(key)).withBytes { code(for: message, key: $0, context) } }
        return withUnsafeTemporaryAllocation(byteCount: blockCount, alignment: 8) { block in
            defer { OPENSSL_cleanse(block.baseAddress, block.count) }
            block.initializeMemory(as: UInt8.self, repeating: 0)
            block.copyMemory(from: key)
            mask(block, with: 0x36)
            let inner = digest(context, UnsafeRawBufferPointer(block), second: message)
            mask(block, with: 0x36 ^ 0x5C)
            return inner.withBytes { digest(context, UnsafeRawBufferPointer(block), second: $0) }
        }
    }

    private static func mask(_ block: UnsafeMutableRawBufferPointer, with byte: UInt8) {
        for place in block.indices { block[place] ^= byte }
    }

    private static func digest(_ context: OpaquePointer, _ first: UnsafeRawBufferPointer, second: UnsafeRawBufferPointer) -> Digest {
        OpenSSL.check(EVP_DigestInit_ex2(context, OpenSSL.sha256, nil))
        OpenSSL.check(EVP_DigestUpdate(context, first.baseAddress, first.count))
        OpenSSL.check(EVP_DigestUpdate(context, second.baseAddress, second.count))
        return Digest { OpenSSL.check(EVP_DigestFinal_ex(context, $0, nil)) }
    }
}
