import Wire

/// The secret of a webhook endpoint, as Standard Webhooks writes it: `whsec_` and the key in base64.
package struct WebhookSecret: Sendable, Equatable {
    /// Why a text is not a secret. The sentence never shows the text.
    package struct FormatError: Error, Equatable, CustomStringConvertible {
        package let reason: String
        package var description: String { reason }
    }

    /// The whole text, for the owner of the endpoint.
    package let text: Secret
    /// The decoded bytes, with which Standard Webhooks signs.
    package let key: Secret

    package static let prefix = "whsec_"
    package static let expected = "\(prefix) and \(minBytes) to \(maxBytes) bytes in base64 with its padding"
    static let minBytes = 24
    static let maxBytes = 64

    /// Stricter than the receivers' libraries, which differ: one that accepts a text without padding and one that does not would else
    /// disagree about the same secret.
    package init(parsing text: Secret) throws(FormatError) {
        let characters = text.withBytes { Bytes($0) }
        guard characters.starts(with: WebhookSecret.prefix.utf8) else {
            throw FormatError(reason: "A webhook secret begins with \(WebhookSecret.prefix).")
        }
        let key: Bytes
        do throws(Base64Error) {
            key = try Base64.standard.decode(characters.dropFirst(WebhookSecret.prefix.utf8.count))
        } catch {
            throw FormatError(
                reason: "A webhook secret is \(WebhookSecret.prefix) and base64 with the characters A-Z, a-z, 0-9, + and /, "
                    + "padded with = to a multiple of four characters.")
        }
        guard (WebhookSecret.minBytes...WebhookSecret.maxBytes).contains(key.count) else {
            throw FormatError(
                reason: "A webhook secret has \(WebhookSecret.minBytes) to \(WebhookSecret.maxBytes) bytes after base64 decoding; "
                    + "this one has \(key.count).")
        }
        self.text = text
        self.key = Secret(key)
    }

    private init(key: Bytes) {
        text = Secret(Bytes(WebhookSecret.prefix.utf8) + Base64.standard.encode(key))
        self.key = Secret(key)
    }

    /// A new secret of 24 bytes, whose base64 needs no padding.
    package static func generate(random: RandomSource) -> WebhookSecret { WebhookSecret(key: random.bytes(minBytes)) }

    /// The last characters, by which its owner recognizes it.
    package var hint: String { "…" + String(text.reveal().suffix(4)) }

    /// The text after the prefix, which some services use as the key without decoding it.
    package var undecodedKey: Secret { text.withBytes { Secret(Bytes($0.dropFirst(WebhookSecret.prefix.utf8.count))) } }
}
