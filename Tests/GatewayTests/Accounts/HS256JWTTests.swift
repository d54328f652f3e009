import Crypto
import Testing
import Wire

@testable import Gateway
@testable import Upstream

struct HS256JWTTests {
    static let noon = Timestamp(unix: 1_795_176_000)

    /// As KwaiVGI's client makes it with PyJWT 2.8.0.
    @Test func `a token from an access key is the recorded one`() {
        let token = HS256JWT.issued(
            by: "AKtest0123456789AKtest0123456789", secretKey: Secret("SKtest0123456789SKtest0123456789"), now: Self.noon)
        #expect(
            token == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                + "eyJpc3MiOiJBS3Rlc3QwMTIzNDU2Nzg5QUt0ZXN0MDEyMzQ1Njc4OSIsImV4cCI6MTc5NTE3NzgwMCwibmJmIjoxNzk1MTc1OTk1fQ."
                + "E5vF3cRcthLHK-HFdl0SnfBO_Bn24CpqpTm3tOENvvo")
    }

    /// As zhipuai 2.1.5 makes it.
    @Test func `a token from a split API key is the recorded one`() {
        let token = HS256JWT.split(apiKey: Secret("testid0000000000.testsecret000000"), now: Self.noon)
        #expect(
            token == "eyJhbGciOiJIUzI1NiIsInNpZ25fdHlwZSI6IlNJR04iLCJ0eXAiOiJKV1QifQ."
                + "eyJhcGlfa2V5IjoidGVzdGlkMDAwMDAwMDAwMCIsImV4cCI6MTc5NTE3NjIxMDAwMCwidGltZXN0YW1wIjoxNzk1MTc2MDAwMDAwfQ."
                + "HD_FwJaC3yj4KwW_G_cvJR0Cp3I5ufGtMF7vMN0hs1Q")
    }

    @Test(arguments: ["", "plain", ".secret", "id.", "a.b.c", "."]) func `a key that is not split makes no token`(key: String) {
        #expect(HS256JWT.split(apiKey: Secret(key), now: Self.noon) == nil)
    }
}
