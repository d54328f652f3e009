import Crypto
import Testing
import Wire

@testable import Gateway
@testable import Upstream

/// Signatures that tencentcloud-sdk-python-vclm 3.1.127 made on 2026-11-20T12:00:00Z.
struct TC3Tests {
    static let recordings = [
        (
            "SubmitHunyuanToVideoJob",
            #"{"Prompt": "A paper boat drifts down a rainy street.", "Resolution": "720p", "LogoAdd": 0}"#,
            "8a22b1df80551d42789f64ef83385e18eb783bb78a0d762f9d9660483bb4f059"
        ),
        (
            "DescribeHunyuanToVideoJob", #"{"JobId": "1313170000"}"#,
            "84e21d0df5ff89644ccc21bc196aae84a1aec264eba5ca04397aa194372f7999"
        ),
        (
            "SubmitTextToVideoJob",
            """
            {"Prompt": "A paper boat drifts down a rainy street.", "Model": "v3.0", "Duration": "5", "Mode": "pro", "AspectRatio": "16:9", \
            "Sound": "off"}
            """,
            "6e3a55979852e11248164689be6c63a119120e7e4c9a13449b4f0d2aea29f355"
        ),
    ]

    @Test(arguments: recordings) func `the recorded signature is made`(action: String, body: String, signature: String) throws {
        let scheme = TC3(
            secretID: "AKIDtest0123456789AKIDtest0123456789", secretKey: Secret("SKtest0123456789SKtest0123456789"), service: "vclm")
        var headers = Headers([(.contentType, "application/json"), ("x-tc-action", action), ("x-tc-region", "ap-guangzhou")])
        let url = try URLText(parsing: "https://vclm.tencentcloudapi.com")
        scheme.sign(&headers, .post, url: url, body: Pieces(body), now: Timestamp(unix: 1_795_176_000))
        #expect(headers["x-tc-timestamp"] == "1795176000")
        #expect(
            headers[.authorization]
                == "TC3-HMAC-SHA256 Credential=AKIDtest0123456789AKIDtest0123456789/2026-11-20/vclm/tc3_request, "
                + "SignedHeaders=content-type;host, Signature=\(signature)")
    }

    @Test func `values are signed in lower case`() throws {
        let scheme = TC3(secretID: "A", secretKey: Secret("s"), sessionToken: Secret("t"), service: "vclm")
        var headers = Headers([(.contentType, "application/json; charset=utf-8")])
        try scheme.sign(&headers, .post, url: URLText(parsing: "https://example.com/"), body: Pieces(), now: Timestamp(unix: 0))
        var shouted = Headers([(.contentType, "Application/JSON; charset=UTF-8")])
        try scheme.sign(&shouted, .post, url: URLText(parsing: "https://EXAMPLE.com:443"), body: Pieces(), now: Timestamp(unix: 0))
        #expect(headers[.authorization] == shouted[.authorization])
        #expect(headers["x-tc-token"] == "t")
    }
}
