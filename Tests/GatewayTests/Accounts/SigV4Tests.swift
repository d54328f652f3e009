import Crypto
import Testing
import Wire

@testable import Gateway
@testable import Upstream

/// Signatures that botocore 1.44.5 made with the keys of Amazon's documentation.
struct SigV4Tests {
    struct Recording: Sendable {
        var method = Method.get
        var url: String
        var service = "bedrock"
        var region = "us-east-1"
        var headers: [(HeaderName, String)] = []
        var body = ""
        var now: Int64
        var signedNames: String
        var signature: String
    }

    static let noon: Int64 = 1_795_220_338  // 2026-11-21T00:18:58Z

    static let recordings = [
        Recording(
            method: .post, url: "https://bedrock-runtime.us-east-1.amazonaws.com/async-invoke",
            headers: [(.contentType, "application/json"), (.accept, "application/json")],
            body: """
                {"modelId": "amazon.nova-reel-v1:1", "clientRequestToken": "tok-0001", "modelInput": {"taskType": "TEXT_VIDEO", \
                "textToVideoParams": {"text": "A red kite drifts over a windy sea cliff at dawn"}, "videoGenerationConfig": \
                {"durationSeconds": 6, "fps": 24, "dimension": "1280x720", "seed": 42}}, "outputDataConfig": {"s3OutputDataConfig": \
                {"s3Uri": "s3://my-bucket/out"}}}
                """,
            now: noon, signedNames: "content-type;host;x-amz-date",
            signature: "7beae8840ea36a82301f2806161f7de627d2c0dd626e9bf5bbe507285d2d5cf9"),
        Recording(
            method: .post, url: "https://bedrock-runtime.us-east-1.amazonaws.com/async-invoke",
            headers: [(.contentType, "application/json")],
            body: """
                {"modelId": "amazon.nova-reel-v1:1", "clientRequestToken": "tok-0002", "modelInput": {"taskType": "TEXT_VIDEO", \
                "textToVideoParams": {"text": "A red kite drifts over a windy sea cliff at dawn", "images": [{"format": "png", "source": \
                {"bytes": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"}}]}, \
                "videoGenerationConfig": {"durationSeconds": 6, "fps": 24, "dimension": "1280x720", "seed": 42}}, "outputDataConfig": \
                {"s3OutputDataConfig": {"s3Uri": "s3://my-bucket/out"}}}
                """,
            now: noon, signedNames: "content-type;host;x-amz-date",
            signature: "4f074e09589e7ff6a7ee1b893a90c8413ea282c4c5120224ec1698e5b13b7066"),
        Recording(
            method: .post, url: "https://bedrock-runtime.us-west-2.amazonaws.com/async-invoke", region: "us-west-2",
            headers: [(.contentType, "application/json")],
            body: """
                {"modelId": "luma.ray-v2:0", "clientRequestToken": "tok-0003", "modelInput": {"prompt": "A red kite drifts over a windy \
                sea cliff at dawn", "aspect_ratio": "16:9", "duration": "5s", "resolution": "720p", "loop": false}, "outputDataConfig": \
                {"s3OutputDataConfig": {"s3Uri": "s3://my-bucket/out"}}}
                """,
            now: noon, signedNames: "content-type;host;x-amz-date",
            signature: "3ff94c80a2d6fe573f3375e29af0b9740812be06a897a96eaec45c760fe96eb7"),
        // The path is signed as it is encoded, encoded again.
        Recording(
            url: "https://bedrock-runtime.us-east-1.amazonaws.com/async-invoke/"
                + "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aasync-invoke%2Fabc123def456",
            now: noon, signedNames: "host;x-amz-date",
            signature: "a06a3980c913320ed536c48befc485f86ea5a78e0f41dd517f5ffc17791bbd9a"),
        // Parameters are signed in their order.
        Recording(
            url: "https://bedrock-runtime.us-east-1.amazonaws.com/async-invoke"
                + "?maxResults=10&statusEquals=InProgress&sortBy=SubmissionTime&sortOrder=Descending",
            now: noon, signedNames: "host;x-amz-date",
            signature: "2c3bfe39910483553e68859a2a77deb9e5991937ef4230bca6743af40d445370"),
        Recording(
            url: "https://my-bucket.s3.amazonaws.com/out/abc123def456/output.mp4", service: "s3",
            headers: [("x-amz-checksum-mode", "ENABLED")], now: noon + 1,
            signedNames: "host;x-amz-checksum-mode;x-amz-content-sha256;x-amz-date",
            signature: "c2eea65292a1ad172846c298316c10f4f8e247272ba80b142d0bd345dae04215"),
    ]

    @Test(arguments: recordings) func `the recorded signature is made`(recording: Recording) throws {
        let scheme = SigV4(
            accessKey: "AKIDEXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), region: recording.region,
            service: recording.service)
        let now = Timestamp(unix: recording.now)
        var headers = Headers(recording.headers)
        try scheme.sign(&headers, recording.method, url: URLText(parsing: recording.url), body: Pieces(recording.body), now: now)
        #expect(
            headers[.authorization]
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/\(recording.region)/\(recording.service)/aws4_request, "
                + "SignedHeaders=\(recording.signedNames), Signature=\(recording.signature)")
        #expect(headers["x-amz-date"] == now.basic)
        let emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(headers["x-amz-content-sha256"] == (recording.service == "s3" ? emptyDigest : nil))
    }

    /// The example of Amazon's documentation of presigned URLs.
    @Test func `a presigned URL has the documented signature`() throws {
        let scheme = SigV4(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), region: "us-east-1",
            service: "s3")
        let url = try URLText(parsing: "https://examplebucket.s3.amazonaws.com/test.txt")
        let now = Timestamp(unix: 1_369_353_600)  // 2013-05-24T00:00:00Z
        let signed = scheme.presignedURL(url, query: [], lifetime: .seconds(86_400), now: now)
        #expect(signed.hasPrefix("https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="))
        #expect(signed.hasSuffix("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"))
    }

    @Test func `a session token goes along and is signed`() throws {
        let scheme = SigV4(accessKey: "A", secretKey: Secret("s"), sessionToken: Secret("t"), region: "r", service: "bedrock")
        var headers = Headers()
        try scheme.sign(&headers, .get, url: URLText(parsing: "https://h/"), body: Pieces(), now: Timestamp(unix: 0))
        #expect(headers["x-amz-security-token"] == "t")
        #expect(headers[.authorization]?.contains("SignedHeaders=host;x-amz-date;x-amz-security-token,") == true)
    }

    @Test func `signing again replaces the first signature`() throws {
        let scheme = SigV4(accessKey: "A", secretKey: Secret("s"), region: "r", service: "s3")
        var once = Headers()
        try scheme.sign(&once, .get, url: URLText(parsing: "https://h/"), body: Pieces("x"), now: Timestamp(unix: 5))
        var twice = Headers()
        try scheme.sign(&twice, .get, url: URLText(parsing: "https://h/"), body: Pieces("x"), now: Timestamp(unix: 0))
        try scheme.sign(&twice, .get, url: URLText(parsing: "https://h/"), body: Pieces("x"), now: Timestamp(unix: 5))
        #expect(twice == once)
    }
}
