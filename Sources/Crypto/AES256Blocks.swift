import COpenSSL
import Wire

/// The AES-256 block cipher (FIPS 197) under one key, for constructions that are made of single blocks.
struct AES256Blocks: ~Copyable {
    static let blockCount = 16

    private let context = OpenSSL.unwrap(EVP_CIPHER_CTX_new())

    /// - Parameter key: 32 bytes.
    init(key: Secret) {
        precondition(key.count == AES256GCM.keyCount)
        key.withBytes { key in
            let key = key.baseAddress?.assumingMemoryBound(to: UInt8.self)
            OpenSSL.check(EVP_EncryptInit_ex2(context, OpenSSL.aes256ECB, key, nil, nil))
        }
        OpenSSL.check(EVP_CIPHER_CTX_set_padding(context, 0))
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Encrypts each block of `blocks` in place.
    func encrypt(_ blocks: UnsafeMutableRawBufferPointer) {
        precondition(blocks.count % AES256Blocks.blockCount == 0)
        let start = blocks.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var written: Int32 = 0
        OpenSSL.check(EVP_EncryptUpdate(context, start, &written, start, Int32(blocks.count)))
    }
}
