import Testing
import Wire

@testable import Crypto

struct AES256GCMTests {
    static let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    static let zeros = String(repeating: "0", count: 64)
    static let plaintext =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
    static let ciphertext =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"

    /// Test cases 13-16 of the GCM specification that McGrew and Viega submitted to NIST.
    @Test(arguments: [
        [zeros, "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"],
        [
            zeros, "000000000000000000000000", "", "00000000000000000000000000000000",
            "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919",
        ],
        [key, "cafebabefacedbaddecaf888", "", plaintext, ciphertext, "b094dac5d93471bdec1a502270e3cc6c"],
        [
            key, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2", String(plaintext.prefix(120)),
            String(ciphertext.prefix(120)), "76fc6ece0f4e1768cddf8853bb2d551b",
        ],
    ])
    func `ciphertext and tag are the specification's`(vector: [String]) throws {
        let bytes = try vector.map { try #require(Hex.bytes($0)) }
        let sealed = seal(bytes[3], with: AES256GCM(), key: bytes[0], nonce: bytes[1], additional: bytes[2])
        #expect(Hex.text(sealed) == vector[4] + vector[5])
        #expect(AES256GCM().open(sealed[...], key: Secret(bytes[0]), nonce: bytes[1], additional: bytes[2]) == bytes[3])
    }

    private func seal(_ text: Bytes, with cipher: borrowing AES256GCM, key: Bytes, nonce: Bytes, additional: Bytes) -> Bytes {
        var sealed = text + Bytes(repeating: 0, count: AES256GCM.tagCount)
        sealed.withUnsafeMutableBytes { sealed in
            key.withUnsafeBytes { key in
                nonce.withUnsafeBytes { nonce in
                    additional.withUnsafeBytes { cipher.seal(sealed, key: key, nonce: nonce, additional: $0) }
                }
            }
        }
        return sealed
    }

    @Test func `one changed bit anywhere opens nothing`() throws {
        // One context for all: a refused message leaves nothing behind in it.
        let cipher = AES256GCM()
        let key = Bytes(repeating: 1, count: 32)
        let nonce = Bytes(repeating: 2, count: 12)
        let additional = Bytes("who".utf8)
        let sealed = seal(Bytes("nine bytes".utf8), with: cipher, key: key, nonce: nonce, additional: additional)
        func open(_ sealed: Slice, key: Bytes = key, nonce: Bytes = nonce, additional: Bytes = additional) -> Bytes? {
            cipher.open(sealed, key: Secret(key), nonce: nonce, additional: additional)
        }
        for bit in 0..<(sealed.count * 8) { #expect(open(flip(bit, of: sealed)[...]) == nil) }
        for bit in 0..<96 { #expect(open(sealed[...], nonce: flip(bit, of: nonce)) == nil) }
        for bit in 0..<24 { #expect(open(sealed[...], additional: flip(bit, of: additional)) == nil) }
        for bit in 0..<256 { #expect(open(sealed[...], key: flip(bit, of: key)) == nil) }
        for count in 0..<sealed.count { #expect(open(sealed.prefix(count)) == nil) }
        #expect(open(sealed[...]) == Bytes("nine bytes".utf8))
        #expect(seal(Bytes("nine bytes".utf8), with: cipher, key: key, nonce: nonce, additional: additional) == sealed)
    }

    private func flip(_ bit: Int, of bytes: Bytes) -> Bytes {
        var bytes = bytes
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
    }
}
