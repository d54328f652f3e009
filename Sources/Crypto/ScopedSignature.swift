import Wire

/// The signature scheme that several clouds share, with different constants: HMAC-SHA256 over a canonical request, with a key derived from
/// the secret for one scope (day, region, service).
package struct ScopedSignature {
    /// The first word of the header and the first line of the signed text: `AWS4-HMAC-SHA256`.
    let algorithm: String
    /// The prefix of the secret in the first key: `AWS4`.
    let keyPrefix: String
    /// From the widest to the narrowest part: day, region, service, closing word.
    let scope: [String]
    /// The timestamp in the signed text.
    let stamp: String

    package init(algorithm: String, keyPrefix: String, scope: [String], stamp: String) {
        self.algorithm = algorithm
        self.keyPrefix = keyPrefix
        self.scope = scope
        self.stamp = stamp
    }

    /// The value of the `Authorization` field.
    package func authorization(id: String, secret: Secret, for request: CanonicalRequest) -> String {
        let signature = signature(of: request, secret: secret)
        return "\(algorithm) Credential=\(id)/\(scopeText), SignedHeaders=\(request.signedNames), Signature=\(signature)"
    }

    /// The signature in hexadecimal digits.
    func signature(of request: CanonicalRequest, secret: Secret) -> String {
        let signed = [algorithm, stamp, scopeText, SHA256.digest(of: request.text).hex].joined(separator: "\n")
        return HMAC.sha256(Bytes(signed.utf8), key: key(secret)).hex
    }

    var scopeText: String { scope.joined(separator: "/") }

    private func key(_ secret: Secret) -> Digest {
        let first = secret.withBytes { Secret(Bytes(keyPrefix.utf8) + Bytes($0)) }
        let widest = HMAC.sha256(Bytes(scope[0].utf8), key: first)
        return scope.dropFirst().reduce(widest) { key, part in HMAC.sha256(Bytes(part.utf8), key: key) }
    }
}

/// The canonical form of a request that is signed: sorted parameters and header fields, and the digest of the body.
package struct CanonicalRequest {
    package let text: String
    /// `content-type;host;x-date`.
    let signedNames: String

    /// - Parameters:
    ///   - path: in the encoding that the scheme signs.
    ///   - fields: lower-case names, in any order.
    package init(method: Method, path: String, query: String?, fields: [(name: String, value: String)], bodyDigest: Digest) {
        self.init(method: method, path: path, query: query, fields: fields, bodyWord: bodyDigest.hex)
    }

    /// - Parameter bodyWord: the last line of the text: the digest of the body, or a word such as `UNSIGNED-PAYLOAD`.
    init(method: Method, path: String, query: String?, fields: [(name: String, value: String)], bodyWord: String) {
        let fields = fields.sorted { $0.name < $1.name }
        let lines = fields.map { "\($0.name):\($0.value)\n" }.joined()
        signedNames = fields.map(\.name).joined(separator: ";")
        text = [method.text, path, CanonicalRequest.sorted(query ?? ""), lines, signedNames, bodyWord].joined(separator: "\n")
    }

    /// Parameters sorted by name, then by value, with all but unreserved characters encoded.
    private static func sorted(_ query: String) -> String {
        Query(parsing: Bytes(query.utf8)[...]).items
            .map { (Percent.encoded($0.name), Percent.encoded($0.value)) }
            .sorted { $0 < $1 }
            .map { $0.0 + "=" + $0.1 }
            .joined(separator: "&")
    }
}
