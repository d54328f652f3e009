import Crypto
import Testing
import Wire

struct HKDFTests {
    /// RFC 5869 appendix A.1-A.3.
    @Test(arguments: [
        (
            Bytes(repeating: 0x0B, count: 22), Bytes(0x00...0x0C), Bytes(0xF0...0xF9),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        ),
        (
            Bytes(0x00...0x4F), Bytes(0x60...0xAF), Bytes(0xB0...0xFF),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        ),
        (
            Bytes(repeating: 0x0B, count: 22), [], [],
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        ),
    ])
    func `the key is the RFC's`(key: Bytes, salt: Bytes, info: Bytes, output: String) {
        let derived = HKDF.sha256(key: Secret(key), salt: salt, info: info, count: output.utf8.count / 2)
        #expect(derived.withBytes { Hex.text($0) } == output)
    }
}
