import COpenSSL
import Wire

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D) with 12-byte nonces and 16-byte tags. A value keeps one OpenSSL context for all its
/// keys: making a context costs more than encrypting a hundred bytes.
package struct AES256GCM: ~Copyable {
    package static let keyCount = 32
    package static let nonceCount = 12
    package static let tagCount = 16

    private let context = OpenSSL.unwrap(EVP_CIPHER_CTX_new())

    package init() { OpenSSL.check(EVP_CipherInit_ex2(context, OpenSSL.aes256GCM, nil, nil, 1, nil)) }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Encrypts `text`, which ends with 16 bytes for the tag, in place. Never use a nonce twice with one key.
    func seal(
        _ text: UnsafeMutableRawBufferPointer, key: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer,
        additional: UnsafeRawBufferPointer
    ) {
        start(key: key, nonce: nonce, encrypting: true)
        let (start, count) = (text.baseAddress!.assumingMemoryBound(to: UInt8.self), text.count - AES256GCM.tagCount)
        update(UnsafePointer(additional.baseAddress?.assumingMemoryBound(to: UInt8.self)), count: additional.count, into: nil)
        update(start, count: count, into: start)
        var written: Int32 = 0
        OpenSSL.check(EVP_CipherFinal_ex(context, start + count, &written))
        OpenSSL.check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(AES256GCM.tagCount), start + count))
    }

    /// Decrypts `text`, which ends with the tag, in place.
    /// - Returns: false if the text, the nonce, the key or the additional data differs from that of `seal`. The text is then worthless.
    func open(
        _ text: UnsafeMutableRawBufferPointer, key: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer,
        additional: UnsafeRawBufferPointer
    ) -> Bool {
        guard text.count >= AES256GCM.tagCount else { return false }
        self.start(key: key, nonce: nonce, encrypting: false)
        let (start, count) = (text.baseAddress!.assumingMemoryBound(to: UInt8.self), text.count - AES256GCM.tagCount)
        update(UnsafePointer(additional.baseAddress?.assumingMemoryBound(to: UInt8.self)), count: additional.count, into: nil)
        update(start, count: count, into: start)
        OpenSSL.check(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(AES256GCM.tagCount), start + count))
        var written: Int32 = 0
        guard EVP_CipherFinal_ex(context, start + count, &written) == 1 else {
            OpenSSL.clearErrors()
            return false
        }
        return true
    }

    /// The text of `sealed`; nil if it, the nonce, the key (32 bytes) or the additional data differs from that of `seal`.
    package func open(_ sealed: Slice, key: Secret, nonce: Bytes, additional: Bytes) -> Bytes? {
        precondition(key.count == AES256GCM.keyCount && nonce.count == AES256GCM.nonceCount)
        var text = Bytes(sealed)
        let isOpen = text.withUnsafeMutableBytes { text in
            key.withBytes { key in
                nonce.withUnsafeBytes { nonce in
                    additional.withUnsafeBytes { open(text, key: key, nonce: nonce, additional: $0) }
                }
            }
        }
        guard isOpen else { return nil }
        text.removeLast(AES256GCM.tagCount)
        return text
    }

    /// A context without a cipher argument keeps its cipher, and takes the next key and nonce.
    private func start(key: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, encrypting: Bool) {
        precondition(key.count == AES256GCM.keyCount && nonce.count == AES256GCM.nonceCount)
        let key = key.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let nonce = nonce.baseAddress?.assumingMemoryBound(to: UInt8.self)
        OpenSSL.check(EVP_CipherInit_ex2(context, nil, key, nonce, encrypting ? 1 : 0, nil))
    }

    /// Additional data goes into no output.
    private func update(_ input: UnsafePointer<UInt8>?, count: Int, into output: UnsafeMutablePointer<UInt8>?) {
        guard count > 0 else { return }
        var written: Int32 = 0
        OpenSSL.check(EVP_CipherUpdate(context, output, &written, input, Int32(count)))
    }
}
