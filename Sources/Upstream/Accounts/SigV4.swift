import Crypto
import Wire

/// AWS Signature Version 4, in header fields.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct SigV4 {
    let accessKey: String
    let secretKey: Secret
    /// For temporary credentials.
    var sessionToken: Secret?
    let region: String
    /// `bedrock`, `s3`.
    let service: String

    /// Adds `x-amz-date`, `authorization` and the other headers that the service needs. Signs `host`, `content-type` and all fields that
    /// begin with `x-amz-`.
    func sign(_ headers: inout Headers, _ method: Method, url: URLText, body: Pieces, now: Timestamp) {
        let bodyDigest = SHA256.digest(of: body)
        headers.set("x-amz-date", now.basic)
        if service == "s3" { headers.set("x-amz-content-sha256", bodyDigest.hex) }
        if let sessionToken { headers.set("x-amz-security-token", sessionToken.reveal()) }

        var fields = headers.fields.filter { $0.name.hasPrefix("x-amz-") || $0.name == "content-type" }
            .map { (name: $0.name, value: SigV4.plain($0.value)) }
        fields.append(("host", url.authority))
        let request = CanonicalRequest(
            method: method, path: canonicalPath(url.path), query: url.query, fields: fields, bodyDigest: bodyDigest)
        let signature = ScopedSignature(
            algorithm: "AWS4-HMAC-SHA256", keyPrefix: "AWS4", scope: [now.basicDay, region, service, "aws4_request"], stamp: now.basic)
        headers.set(.authorization, signature.authorization(id: accessKey, secret: secretKey, for: request))
    }

    /// Every service except S3 signs the path encoded once more than it is sent.
    private func canonicalPath(_ path: String) -> String { service == "s3" ? path : Percent.encoded(path, allowing: "/") }

    /// Collapses runs of spaces into one.
    private static func plain(_ value: String) -> String { value.split(separator: " ").joined(separator: " ") }
}
