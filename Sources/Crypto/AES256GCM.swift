import COpenSSL
import Wire

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D) with 12-byte nonces and 16-byte tags.
package struct AES256GCM: Sendable {
    package static let keyCount = 32
    package static let nonceCount = 12
    package static let tagCount = 16

    private let key: Secret

    /// - Parameter key: 32 bytes.
    package init(key: Secret) {
        precondition(key.count == AES256GCM.keyCount)
        self.key = key
    }

    /// Encrypts: returns the ciphertext followed by the tag. Never use a nonce (12 bytes) twice with one key.
    package func seal(_ plaintext: Bytes, nonce: Bytes, additional: Bytes) -> Bytes {
        let context = context(nonce: nonce, encrypting: true)
        defer { EVP_CIPHER_CTX_free(context) }
        var count: Int32 = 0
        OpenSSL.check(EVP_EncryptUpdate(context, nil, &count, additional, Int32(additional.count)))
        var sealed = Bytes(repeating: 0, count: plaintext.count + AES256GCM.tagCount)
        sealed.withUnsafeMutableBufferPointer { sealed in
            let start = sealed.baseAddress!
            OpenSSL.check(EVP_EncryptUpdate(context, start, &count, plaintext, Int32(plaintext.count)))
            OpenSSL.check(EVP_EncryptFinal_ex(context, start + plaintext.count, &count))
            let tag = start + plaintext.count
            OpenSSL.check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(AES256GCM.tagCount), tag))
        }
        return sealed
    }

    /// Decrypts and verifies: nil if `sealed`, the nonce, the key or the additional data differs from that of `seal`.
    package func open(_ sealed: Slice, nonce: Bytes, additional: Bytes) -> Bytes? {
        guard sealed.count >= AES256GCM.tagCount else { return nil }
        let ciphertext = Bytes(sealed.dropLast(AES256GCM.tagCount))
        var tag = Bytes(sealed.suffix(AES256GCM.tagCount))
        let context = context(nonce: nonce, encrypting: false)
        defer { EVP_CIPHER_CTX_free(context) }
        var count: Int32 = 0
        OpenSSL.check(EVP_DecryptUpdate(context, nil, &count, additional, Int32(additional.count)))
        var plaintext = Bytes(repeating: 0, count: ciphertext.count)
        OpenSSL.check(EVP_DecryptUpdate(context, &plaintext, &count, ciphertext, Int32(ciphertext.count)))
        OpenSSL.check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag))
        var end = Bytes(repeating: 0, count: AES256GCM.tagCount)
        guard EVP_DecryptFinal_ex(context, &end, &count) == 1 else {
            OpenSSL.clearErrors()
            return nil
        }
        return plaintext
    }

    private func context(nonce: Bytes, encrypting: Bool) -> OpaquePointer {
        precondition(nonce.count == AES256GCM.nonceCount)
        let context = OpenSSL.unwrap(EVP_CIPHER_CTX_new())
        key.withBytes { key in
            let key = key.bindMemory(to: UInt8.self)
            OpenSSL.check(EVP_CipherInit_ex2(context, OpenSSL.aes256GCM, key.baseAddress, nonce, encrypting ? 1 : 0, nil))
        }
        return context
    }
}
