import Crypto
import Testing
import Wire

struct SHA256Tests {
    /// NIST's examples for FIPS 180-4, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `the digest is NIST's`(message: String, digest: String) {
        #expect(SHA256.digest(of: message).hex == digest)
    }

    @Test func `a million letters may come in uneven pieces`() {
        let letters = Bytes(repeating: UInt8(ascii: "a"), count: 1_000_000)
        var hash = SHA256()
        var start = 0
        while start < letters.count {
            let end = min(start + 997, letters.count)
            hash.update(letters[start..<end])
            start = end
        }
        #expect(hash.finish().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}

struct DigestTests {
    @Test func `digests are equal only in all bits`() throws {
        let digest = SHA256.digest(of: "abc")
        #expect(Digest(hex: digest.hex) == digest)
        for bit in 0..<256 {
            var bytes = digest.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(try #require(Digest(bytes)) != digest)
        }
    }

    @Test func `a digest has 32 bytes`() {
        #expect(Digest(Bytes(repeating: 1, count: 31)) == nil)
        #expect(Digest(Bytes(repeating: 1, count: 33)) == nil)
        #expect(Digest(hex: String(repeating: "0", count: 63)) == nil)
        #expect(Digest(hex: String(repeating: "x", count: 64)) == nil)
    }
}
