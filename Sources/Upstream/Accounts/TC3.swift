import Crypto
import Wire

/// Tencent Cloud API 3.0 signature v3.
/// https://www.tencentcloud.com/document/product/845/32207
struct TC3 {
    let secretID: String
    let secretKey: Secret
    /// For temporary credentials.
    var sessionToken: Secret?
    let service: String

    /// Adds `x-tc-timestamp` and `authorization`. Signs only `content-type` and `host`, so the content type must already be set.
    func sign(_ headers: inout Headers, _ method: Method, url: URLText, body: Pieces, now: Timestamp) {
        headers.set("x-tc-timestamp", String(now.unix))
        if let sessionToken { headers.set("x-tc-token", sessionToken.reveal()) }

        let fields = [(name: "content-type", value: headers[.contentType] ?? ""), (name: "host", value: url.authority)]
        let request = CanonicalRequest(
            method: method, path: url.path, query: url.query, fields: fields.map { ($0.name, $0.value.lowercased()) },
            bodyDigest: SHA256.digest(of: body))
        let signature = ScopedSignature(
            algorithm: "TC3-HMAC-SHA256", keyPrefix: "TC3", scope: [now.day, service, "tc3_request"], stamp: String(now.unix))
        headers.set(.authorization, signature.authorization(id: secretID, secret: secretKey, for: request))
    }
}
