import Crypto
import Testing
import Wire

struct HMACTests {
    /// RFC 4231 §4.2-4.8 (§4.6 cuts the code to 128 bits).
    @Test(arguments: [
        (
            Bytes(repeating: 0x0B, count: 20), Bytes("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Bytes("Jefe".utf8), Bytes("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            Bytes(repeating: 0xAA, count: 20), Bytes(repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Bytes(1...25), Bytes(repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            Bytes(repeating: 0x0C, count: 20), Bytes("Test With Truncation".utf8),
            "a3b6167473100ee06e0c796c2955552b"
        ),
        (
            Bytes(repeating: 0xAA, count: 131), Bytes("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            Bytes(repeating: 0xAA, count: 131),
            Bytes(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ])
    func `the code is the RFC's`(key: Bytes, message: Bytes, code: String) {
        #expect(HMAC.sha256(message, key: Secret(key)).hex.hasPrefix(code))
    }

    @Test func `an empty key and an empty message have a code`() {
        let code = HMAC.sha256([], key: Secret(Bytes()))
        #expect(code.hex == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func `a digest can be the next key`() {
        let first = HMAC.sha256([1], key: Secret("key"))
        #expect(HMAC.sha256([2], key: first) == HMAC.sha256([2], key: Secret(first.bytes)))
        #expect(HMAC.sha256([2], key: first) != HMAC.sha256([2], key: Secret("key")))
    }
}
