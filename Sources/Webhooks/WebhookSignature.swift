import Crypto
import Wire

/// The signatures of webhooks that are an HMAC-SHA256. The same `whsec_` text is a different key for different services, so each scheme
/// derives its key itself.
package enum WebhookSignature {
    /// The value of `webhook-signature` of Standard Webhooks 1.0.0, which OpenAI and Replicate use: one `v1` entry for each secret,
    /// separated by exactly one space. Receivers' libraries fail on anything else.
    /// - Parameters:
    ///   - id: without a dot, because it is part of the signed text.
    ///   - secrets: during a rotation the new one first, then the old one.
    package static func standard(id: String, time: Timestamp, body: Bytes, secrets: [WebhookSecret]) -> String {
        secrets.map { "v1," + base64(content(id, at: time, body), key: $0.key) }.joined(separator: " ")
    }

    /// The value of `webhook-signature` of llmgateway's video callbacks: as `v1`, but the key is the whole text of the secret.
    package static func rawKey(id: String, time: Timestamp, body: Bytes, secret: Secret) -> String {
        "v1," + base64(content(id, at: time, body), key: secret)
    }

    /// The value of `webhook-signature` of WaveSpeed: the key is the text after `whsec_`, not decoded, and the result is hexadecimal.
    package static func version3(id: String, time: Timestamp, body: Bytes, secret: WebhookSecret) -> String {
        "v3," + HMAC.sha256(content(id, at: time, body), key: secret.undecodedKey).hex
    }

    /// The value of `X-OpenRouter-Signature`: the signed text has a comma between time and body.
    package static func commaSeparated(time: Timestamp, body: Bytes, secret: Secret) -> String {
        timed(time, body, separator: ",", secret: secret)
    }

    /// The value of `x-ai-gateway-signature` of Vercel, and of `X-LLMGateway-Signature` of llmgateway's platform: a dot between time and
    /// body.
    package static func dotSeparated(time: Timestamp, body: Bytes, secret: Secret) -> String {
        timed(time, body, separator: ".", secret: secret)
    }

    /// `t=<Unix seconds>,v1=<hexadecimal>`.
    private static func timed(_ time: Timestamp, _ body: Bytes, separator: String, secret: Secret) -> String {
        "t=\(time.unix),v1=" + HMAC.sha256(Bytes("\(time.unix)\(separator)".utf8) + body, key: secret).hex
    }

    private static func content(_ id: String, at time: Timestamp, _ body: Bytes) -> Bytes {
        Bytes("\(id).\(time.unix).".utf8) + body
    }

    private static func base64(_ content: Bytes, key: Secret) -> String {
        Base64.standard.text(HMAC.sha256(content, key: key).bytes)
    }
}

extension WebhookSignature {
    /// Why a receiver must not believe a webhook.
    package enum VerificationError: String, Error, Sendable {
        case missingHeader = "webhook-id, webhook-timestamp or webhook-signature is missing"
        case malformedTime = "webhook-timestamp is not a number of seconds"
        case expired = "webhook-timestamp differs from this machine's clock by more than 5 minutes"
        case mismatch = "no entry of webhook-signature matches the secret"
    }

    /// Checks a webhook as a receiver does (Standard Webhooks 1.0.0).
    package static func verify(_ headers: Headers, body: Bytes, secret: WebhookSecret, now: Timestamp) throws(VerificationError) {
        guard let id = headers["webhook-id"], let written = headers["webhook-timestamp"], let entries = headers["webhook-signature"] else {
            throw .missingHeader
        }
        guard let seconds = Int64(written) else { throw .malformedTime }
        let time = Timestamp(unix: seconds)
        guard (.zero - tolerance...tolerance).contains(now - time) else { throw .expired }
        let expected = standard(id: id, time: time, body: body, secrets: [secret])
        let isGenuine = entries.split(separator: " ").contains { Secret(String($0)).matches(Bytes(expected.utf8)) }
        guard isGenuine else { throw .mismatch }
    }

    private static let tolerance: Duration = .seconds(300)
}
