import COpenSSL
import Crypto
import Testing
import Wire

/// The test vectors of https://c2sp.org/XAES-256-GCM.
struct XAES256GCMTests {
    private static let nonce = Bytes("ABCDEFGHIJKLMNOPQRSTUVWX".utf8)
    private static let text = Bytes("XAES-256-GCM".utf8)

    /// In the first one, the first bit of the block that the subkey is made of is 0, in the second one 1.
    @Test(
        arguments: [
            (1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
            (3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"),
        ] as [(UInt8, String, String)])
    func `ciphertext and tag are the specification's`(keyByte: UInt8, additional: String, sealed: String) {
        let cipher = XAES256GCM(key: Secret(Bytes(repeating: keyByte, count: 32)))
        let head = Bytes(additional.utf8) + Self.nonce
        var message = head + Self.text
        cipher.seal(&message, additionalCount: additional.utf8.count)
        #expect(message.prefix(head.count) == head[...])
        #expect(Hex.text(Bytes(message.dropFirst(head.count))) == sealed)
        #expect(cipher.open(&message, additionalCount: additional.utf8.count))
        #expect(message == head + Self.text)
    }

    /// "Accumulated randomized tests": SHAKE-128 makes the inputs, and hashes the results.
    @Test func `ten thousand random messages are the specification's`() throws {
        let context = try #require(EVP_MD_CTX_new())
        defer { EVP_MD_CTX_free(context) }
        var random = shake(context, length: 10_000 * (32 + 24 + 2 * 256))[...]
        EVP_DigestInit_ex(context, EVP_shake128(), nil)
        for _ in 0..<10_000 {
            let cipher = XAES256GCM(key: Secret(take(32, from: &random)))
            let nonce = take(24, from: &random)
            let text = take(Int(take(1, from: &random)[0]), from: &random)
            let additional = take(Int(take(1, from: &random)[0]), from: &random)
            var message = additional + nonce + text
            cipher.seal(&message, additionalCount: additional.count)
            let sealed = Bytes(message.dropFirst(additional.count + nonce.count))
            EVP_DigestUpdate(context, sealed, sealed.count)
            guard cipher.open(&message, additionalCount: additional.count), message == additional + nonce + text else {
                Issue.record("\(Hex.text(sealed)) does not open")
                return
            }
        }
        var digest = Bytes(repeating: 0, count: 32)
        EVP_DigestFinalXOF(context, &digest, digest.count)
        #expect(Hex.text(digest) == "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939")
    }

    @Test func `a message that was changed or cut does not open`() {
        let cipher = XAES256GCM(key: Secret(Bytes(repeating: 1, count: 32)))
        var message = Bytes("who".utf8) + Self.nonce + Self.text
        cipher.seal(&message, additionalCount: 3)
        for bit in 0..<(message.count * 8) {
            var forged = message
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!cipher.open(&forged, additionalCount: 3))
        }
        for count in 0..<message.count {
            var forged = Bytes(message.prefix(count))
            #expect(!cipher.open(&forged, additionalCount: 3))
        }
        #expect(!XAES256GCM(key: Secret(Bytes(repeating: 2, count: 32))).open(&message, additionalCount: 3))
    }

    private func shake(_ context: OpaquePointer, length: Int) -> Bytes {
        var output = Bytes(repeating: 0, count: length)
        EVP_DigestInit_ex(context, EVP_shake128(), nil)
        EVP_DigestFinalXOF(context, &output, length)
        return output
    }

    private func take(_ count: Int, from random: inout Slice) -> Bytes {
        defer { random = random.dropFirst(count) }
        return Bytes(random.prefix(count))
    }
}
