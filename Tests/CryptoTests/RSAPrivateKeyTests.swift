import Crypto
import Testing
import Wire

struct RSAPrivateKeyTests {
    /// RFC 7515 appendix A.2: header and claims, and their RS256 signature.
    static let message =
        "eyJhbGciOiJSUzI1NiJ9."
        + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    static let signature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU"
        + "Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d"
        + "O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig"
        + "cN_IoypGlUPQGe77Rw"

    @Test(arguments: [PublishedKeys.pkcs8, PublishedKeys.pkcs1]) func `the signature is the RFC's`(pem: String) throws {
        let key = try RSAPrivateKey(pem: Secret(pem))
        #expect(Base64.url.text(key.sign(Bytes(Self.message.utf8))) == Self.signature)
        #expect(Base64.url.text(key.sign(Bytes(Self.message.utf8))) == Self.signature)
        #expect(key.sign([]).count == 256)
    }

    @Test(arguments: [
        "", "not a key", PublishedKeys.pem("PRIVATE KEY", "AAAA"), PublishedKeys.locked, String(PublishedKeys.pkcs8.prefix(800)),
    ])
    func `an unreadable key is rejected without a password prompt`(pem: String) {
        #expect(throws: RSAPrivateKey.KeyError.unreadable) { try RSAPrivateKey(pem: Secret(pem)) }
    }

    @Test func `another kind of key is refused`() {
        #expect(throws: RSAPrivateKey.KeyError.notRSA) { try RSAPrivateKey(pem: Secret(PublishedKeys.ed25519)) }
    }

    @Test func `a key of 1024 bits is refused`() {
        #expect(throws: RSAPrivateKey.KeyError.tooShort(bits: 1024)) { try RSAPrivateKey(pem: Secret(PublishedKeys.short)) }
    }
}
