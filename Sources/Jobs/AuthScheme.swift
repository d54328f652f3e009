import Wire

/// How a vendor's calls are authenticated, as data; secrets are named as in `VendorCard.secrets`. The gateway's `Signer` applies it.
package enum AuthScheme: Sendable, Equatable {
    case none
    /// `Authorization: Bearer <api_key>`.
    case bearer
    /// A header with a prefix before the key: `Authorization: Key …`, `x-goog-api-key: …`.
    case header(HeaderName, prefix: String)
    /// The key is the first member of every JSON body; calls without a body carry none.
    case bodyMember(String)
    /// A short-lived JWT (RFC 7519, HS256) from `access_key` and `secret_key`, or `api_key` as a plain bearer token if that is set.
    case jwtHS256
    /// An OAuth access token for a service account's RS256 assertion (RFC 7523), from the secret `service_account`.
    case serviceAccount(scope: String)
    /// AWS Signature Version 4.
    case sigV4(service: String)
    /// Volcengine's variant of Signature Version 4.
    case volcengine(service: String, region: String)
    /// Tencent Cloud's TC3-HMAC-SHA256.
    case tc3(service: String)
}
