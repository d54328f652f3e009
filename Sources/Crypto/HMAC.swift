import COpenSSL
import Wire

/// HMAC (RFC 2104) with SHA-256. OpenSSL's own costs a context with the algorithm's name to look up in every call, three times the
/// price of the two digests that it comes to.
package enum HMAC {
    package static func sha256(_ message: Bytes, key: Secret) -> Digest {
        withContext { context in key.withBytes { key in message.withUnsafeBytes { code(for: $0, key: key, context) } } }
    }

    /// For signing schemes that derive a key with HMAC and go on with it.
    package static func sha256(_ message: Bytes, key: Digest) -> Digest {
        withContext { context in key.withBytes { key in message.withUnsafeBytes { code(for: $0, key: key, context) } } }
    }

    /// For whoever needs several: making a context costs as much as a digest.
    static func withContext<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        let context = OpenSSL.unwrap(EVP_MD_CTX_new())
        defer { EVP_MD_CTX_free(context) }
        return body(context)
    }

    /// The block that SHA-256 works on, which keys are filled up to.
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
