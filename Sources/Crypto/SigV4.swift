import Wire

/// AWS Signature Version 4, in header fields or in the query of a URL.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package struct SigV4: Sendable {
    let accessKey: String
    let secretKey: Secret
    /// For temporary credentials.
    var sessionToken: Secret?
    let region: String
    /// `bedrock`, `s3`.
    let service: String

    package init(accessKey: String, secretKey: Secret, sessionToken: Secret? = nil, region: String, service: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.region = region
        self.service = service
    }

    /// Adds `x-amz-date`, `authorization` and the other headers that the service needs. Signs `host`, `content-type` and all fields that
    /// begin with `x-amz-`.
    package func sign(_ headers: inout Headers, _ method: Method, url: URLText, body: Pieces, now: Timestamp) {
        let bodyDigest = SHA256.digest(of: body)
        headers.set("x-amz-date", now.basic)
        if service == "s3" { headers.set("x-amz-content-sha256", bodyDigest.hex) }
        if let sessionToken { headers.set("x-amz-security-token", sessionToken.reveal()) }

        var fields = headers.fields.filter { $0.name.hasPrefix("x-amz-") || $0.name == "content-type" }
            .map { (name: $0.name, value: SigV4.plain($0.value)) }
        fields.append(("host", url.authority))
        let request = CanonicalRequest(
            method: method, path: canonicalPath(url.path), query: url.query, fields: fields, bodyDigest: bodyDigest)
        headers.set(.authorization, scopedSignature(at: now).authorization(id: accessKey, secret: secretKey, for: request))
    }

    /// A URL with which anyone can make a GET request until it expires.
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    /// - Parameters:
    ///   - url: without a query.
    ///   - query: more parameters, which are signed, too.
    package func presignedURL(_ url: URLText, query: [(name: String, value: String)], lifetime: Duration, now: Timestamp) -> String {
        let scoped = scopedSignature(at: now)
        var items = [
            ("X-Amz-Algorithm", SigV4.algorithm), ("X-Amz-Credential", "\(accessKey)/\(scoped.scopeText)"), ("X-Amz-Date", now.basic),
            ("X-Amz-Expires", String(lifetime.components.seconds)), ("X-Amz-SignedHeaders", "host"),
        ]
        if let sessionToken { items.append(("X-Amz-Security-Token", sessionToken.reveal())) }
        items += query.map { ($0.name, $0.value) }
        let text = items.map { Percent.encoded($0.0) + "=" + Percent.encoded($0.1) }.joined(separator: "&")
        let request = CanonicalRequest(
            method: .get, path: canonicalPath(url.path), query: text, fields: [("host", url.authority)], bodyWord: "UNSIGNED-PAYLOAD")
        return "\(url.origin)\(url.path)?\(text)&X-Amz-Signature=\(scoped.signature(of: request, secret: secretKey))"
    }

    private static let algorithm = "AWS4-HMAC-SHA256"

    private func scopedSignature(at now: Timestamp) -> ScopedSignature {
        ScopedSignature(
            algorithm: SigV4.algorithm, keyPrefix: "AWS4", scope: [now.basicDay, region, service, "aws4_request"], stamp: now.basic)
    }

    /// Every service except S3 signs the path encoded once more than it is sent.
    private func canonicalPath(_ path: String) -> String { service == "s3" ? path : Percent.encoded(path, allowing: "/") }

    /// Collapses runs of spaces into one.
    private static func plain(_ value: String) -> String { value.split(separator: " ").joined(separator: " ") }
}
