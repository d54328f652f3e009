import Crypto
import Wire

/// Short-lived bearer tokens that a caller makes itself from a secret (RFC 7518 §3.2).
enum HS256JWT {
    /// How long a token of `issued` is good.
    static let ttl: Duration = .seconds(1800)

    /// From an access key and a secret key; valid from five seconds ago, against clocks that differ, for half an hour.
    static func issued(by accessKey: String, secretKey: Secret, now: Timestamp) -> String {
        WebToken.text(
            header: ["alg": "HS256", "typ": "JWT"],
            claims: ["iss": .string(accessKey), "exp": .int((now + ttl).unix), "nbf": .int(now.unix - 5)]
        ) { HMAC.sha256($0, key: secretKey).bytes }
    }

    /// From an API key of the form `id.secret`; counted in milliseconds and good for three and a half minutes. Nil for other keys.
    static func split(apiKey: Secret, now: Timestamp) -> String? {
        let halves = apiKey.withBytes { $0.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Bytes.init) }
        guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty }) else { return nil }
        let milliseconds = now.unixMilliseconds
        let secret = Secret(halves[1])
        return WebToken.text(
            header: ["alg": "HS256", "sign_type": "SIGN", "typ": "JWT"],
            claims: [
                "api_key": .string(String(decoding: halves[0], as: UTF8.self)), "exp": .int(milliseconds + 210_000),
                "timestamp": .int(milliseconds),
            ]
        ) { HMAC.sha256($0, key: secret).bytes }
    }
}
