import COpenSSL
import Synchronization
import Wire

/// XAES-256-GCM (https://c2sp.org/XAES-256-GCM): AES-256-GCM with nonces of 24 bytes, which are long enough to be random for any number of
/// messages. Each message has its own AES key, which two AES blocks derive from the master key and the first half of the nonce.
///
/// A message is one buffer: additional data, nonce, text, and, once it is sealed, the tag.
package final class XAES256GCM: Sendable {
    package static let keyCount = AES256GCM.keyCount
    package static let nonceCount = 24
    package static let tagCount = AES256GCM.tagCount
    /// The part of the nonce that makes the key; the rest is the nonce of AES-256-GCM.
    private static let contextCount = nonceCount - AES256GCM.nonceCount

    private let key: Secret
    private let contexts: Mutex<Contexts>

    /// - Parameter key: 32 bytes.
    package init(key: Secret) {
        self.key = key
        contexts = Mutex(Contexts(key: key))
    }

    /// Encrypts the text of `message` in place, and appends the tag. The nonce must be random.
    /// - Parameter additionalCount: how many bytes stand before the nonce.
    package func seal(_ message: inout Bytes, additionalCount: Int) {
        precondition(message.count >= additionalCount + XAES256GCM.nonceCount)
        message.append(addingCapacity: XAES256GCM.tagCount) { (end: inout OutputSpan<UInt8>) in
            for _ in 0..<XAES256GCM.tagCount { end.append(0) }
        }
        withContexts { contexts in
            message.withUnsafeMutableBytes { message in
                let parts = Parts(of: message, additionalCount: additionalCount)
                contexts.withDerivedKey(parts.keyContext) { key in
                    contexts.cipher.seal(parts.text, key: key, nonce: parts.nonce, additional: parts.additional)
                }
            }
        }
    }

    /// Decrypts the text of `message` in place, and removes the tag.
    /// - Returns: false for a message that `seal` did not make under this key. Its text is then worthless.
    package func open(_ message: inout Bytes, additionalCount: Int) -> Bool {
        guard message.count >= additionalCount + XAES256GCM.nonceCount + XAES256GCM.tagCount else { return false }
        let isOpen = withContexts { contexts in
            message.withUnsafeMutableBytes { message in
                let parts = Parts(of: message, additionalCount: additionalCount)
                return contexts.withDerivedKey(parts.keyContext) { key in
                    contexts.cipher.open(parts.text, key: key, nonce: parts.nonce, additional: parts.additional)
                }
            }
        }
        if isOpen { message.removeLast(XAES256GCM.tagCount) }
        return isOpen
    }

    /// Lends the kept contexts, or new ones while another thread has them: no thread waits.
    private func withContexts<Result>(_ body: (borrowing Contexts) -> Result) -> Result {
        contexts.withLockIfAvailable { body($0) } ?? body(Contexts(key: key))
    }

    /// The parts of a message with its tag.
    private struct Parts {
        let additional: UnsafeRawBufferPointer
        let keyContext: UnsafeRawBufferPointer
        let nonce: UnsafeRawBufferPointer
        let text: UnsafeMutableRawBufferPointer

        init(of message: UnsafeMutableRawBufferPointer, additionalCount: Int) {
            let nonceStart = additionalCount + XAES256GCM.contextCount
            let textStart = additionalCount + XAES256GCM.nonceCount
            additional = UnsafeRawBufferPointer(rebasing: message[..<additionalCount])
            keyContext = UnsafeRawBufferPointer(rebasing: message[additionalCount..<nonceStart])
            nonce = UnsafeRawBufferPointer(rebasing: message[nonceStart..<textStart])
            text = UnsafeMutableRawBufferPointer(rebasing: message[textStart...])
        }
    }
}

/// What one thread at a time uses, made once for a master key. OpenSSL's contexts may move between threads.
private struct Contexts: ~Copyable, @unchecked Sendable {
    let cipher = AES256GCM()
    private let blocks: AES256Blocks
    /// K1 of the specification, the subkey of CMAC (NIST SP 800-38B §6.1).
    private let subkey: SIMD16<UInt8>

    init(key: Secret) {
        let blocks = AES256Blocks(key: key)
        var block = SIMD16<UInt8>.zero
        withUnsafeMutableBytes(of: &block) { blocks.encrypt($0) }
        subkey = Contexts.doubled(block)
        self.blocks = blocks
    }

    /// Lends Kₓ of the specification, the AES key of one message: the counters 1 and 2, the label `X` and the context, each in one block
    /// under CMAC (NIST SP 800-108r1 §4.1).
    func withDerivedKey<Result>(_ context: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(byteCount: AES256GCM.keyCount, alignment: 16) { key in
            defer { OPENSSL_cleanse(key.baseAddress, key.count) }
            var block = SIMD16<UInt8>.zero
            block[2] = UInt8(ascii: "X")
            for place in context.indices { block[4 + place] = context[place] }
            for counter in 1...2 {
                block[1] = UInt8(counter)
                key.storeBytes(of: block ^ subkey, toByteOffset: (counter - 1) * AES256Blocks.blockCount, as: SIMD16<UInt8>.self)
            }
            blocks.encrypt(key)
            return body(UnsafeRawBufferPointer(key))
        }
    }

    /// Twice a block, as an element of GF(2¹²⁸).
    private static func doubled(_ block: SIMD16<UInt8>) -> SIMD16<UInt8> {
        var doubled = block &<< 1
        for place in 0..<15 { doubled[place] |= block[place + 1] >> 7 }
        if block[0] >= 0x80 { doubled[15] ^= 0b1000_0111 }
        return doubled
    }
}
