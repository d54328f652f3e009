import Crypto
import Wire

/// Volcengine's HMAC-SHA256 request signature.
/// https://www.volcengine.com/docs/6369/67269
struct VolcengineHMAC {
    let accessKey: String
    let secretKey: Secret
    /// For temporary credentials.
    var sessionToken: Secret?
    let region: String
    let service: String

    /// Adds `x-date`, `x-content-sha256` and `authorization`.
    func sign(_ headers: inout Headers, _ method: Method, url: URLText, body: Pieces, now: Timestamp) {
        let bodyDigest = SHA256.digest(of: body)
        headers.set("x-date", now.basic)
        headers.set("x-content-sha256", bodyDigest.hex)
        if let sessionToken { headers.set("x-security-token", sessionToken.reveal()) }

        let names: [HeaderName] = [.contentType, "x-content-sha256", "x-date", "x-security-token"]
        var fields = names.compactMap { name in headers[name].map { (name: name.text, value: $0) } }
        fields.append(("host", url.authority))
        let request = CanonicalRequest(method: method, path: url.path, query: url.query, fields: fields, bodyDigest: bodyDigest)
        let signature = ScopedSignature(
            algorithm: "HMAC-SHA256", keyPrefix: "", scope: [now.basicDay, region, service, "request"], stamp: now.basic)
        headers.set(.authorization, signature.authorization(id: accessKey, secret: secretKey, for: request))
    }
}
