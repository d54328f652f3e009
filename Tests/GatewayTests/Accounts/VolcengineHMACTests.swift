import Crypto
import Testing
import Wire

@testable import Gateway
@testable import Upstream

/// Signatures that the SDK volcengine 1.0.229 made on 2026-11-20T12:00:00Z.
struct VolcengineHMACTests {
    static let recordings = [
        (
            "CVSync2AsyncSubmitTask",
            """
            {"req_key": "jimeng_t2v_v30", "prompt": "A paper boat drifts down a rainy street, close tracking shot.", "seed": 11, \
            "frames": 121, "aspect_ratio": "16:9"}
            """,
            "304a18d7e8eb464f9fea6dd36f924d34591b2c29f5e8f67c21ecd698e8d52fb1",
            "a144870dc86738f554c983ec5865715df6bd53e305c8ae23ed569696b8fbfa87"
        ),
        (
            "CVSync2AsyncSubmitTask",
            #"{"req_key": "jimeng_ti2v_v30_pro", "prompt": "\u7eb8\u8239\u5728\u96e8\u4e2d\u7684\u8857\u9053\u4e0a\u6f02\u6d41", "#
                + #""seed": -1, "frames": 121, "aspect_ratio": "16:9"}"#,
            "509379c1d81e9fcf01f039c12f06d03f54052a4c5724919b1b57cb61939ceca4",
            "ee0298376b400db0359e8645183c5f5734c5caf6b309df3915f205d14e1fe18a"
        ),
        (
            "CVSync2AsyncGetResult", #"{"req_key": "jimeng_t2v_v30", "task_id": "7392616336519610409"}"#,
            "03e4e92d70578cea775cca38bd89ee2f69abba19882b4905d79fb4486f90eb0e",
            "c0ab8a88e3a4e3fd05eb7752c8ccaa863aa8bf9349689f0b876e1b150a8d71cb"
        ),
    ]

    @Test(arguments: recordings)
    func `the recorded signature is made`(action: String, body: String, bodyDigest: String, signature: String) throws {
        let scheme = VolcengineHMAC(
            accessKey: "AKLTtest0123456789AKLTtest01234567", secretKey: Secret("SKtest0123456789SKtest0123456789SKtest01"),
            region: "cn-north-1", service: "cv")
        // Out of order, as a signer must not mind.
        let url = "https://visual.volcengineapi.com/?Version=2022-08-31&Action=\(action)"
        var headers = Headers([(.contentType, "application/json"), (.accept, "*/*")])
        try scheme.sign(&headers, .post, url: URLText(parsing: url), body: Pieces(body), now: Timestamp(unix: 1_795_176_000))
        #expect(headers["x-date"] == "20261120T120000Z")
        #expect(headers["x-content-sha256"] == bodyDigest)
        #expect(
            headers[.authorization]
                == "HMAC-SHA256 Credential=AKLTtest0123456789AKLTtest01234567/20261120/cn-north-1/cv/request, "
                + "SignedHeaders=content-type;host;x-content-sha256;x-date, Signature=\(signature)")
    }

    @Test func `a session token goes along and is signed`() throws {
        let scheme = VolcengineHMAC(accessKey: "A", secretKey: Secret("s"), sessionToken: Secret("t"), region: "r", service: "cv")
        var headers = Headers([(.contentType, "application/json")])
        try scheme.sign(&headers, .post, url: URLText(parsing: "https://h/"), body: Pieces(), now: Timestamp(unix: 0))
        #expect(headers["x-security-token"] == "t")
        #expect(headers[.authorization]?.contains("=content-type;host;x-content-sha256;x-date;x-security-token,") == true)
    }
}
