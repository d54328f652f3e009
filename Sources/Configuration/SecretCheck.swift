import Jobs

/// Detects secrets that were probably damaged when they were copied. The messages never show the secret.
enum SecretCheck {
    /// `is in quotes, which become part of it`; empty for a secret that looks right.
    static func warnings(for text: String) -> [String] {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { return [] }
        var objections: [String] = []
        if quotes.contains(first) || quotes.contains(last) {
            objections.append("begins or ends with a quote, which is sent as part of it (docker --env-file keeps quotes)")
        }
        if first.properties.isWhitespace || last.properties.isWhitespace { objections.append("begins or ends with white space") }
        if scalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            objections.append("contains a control character or line end, which a header cannot contain")
        }
        if scalars.contains(where: { !$0.isASCII }) {
            objections.append("contains a character outside ASCII (possibly a curly quote, a byte order mark or a pasted blank)")
        }
        return objections
    }

    private static let quotes: Set<Unicode.Scalar> = ["\"", "'", "`", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{AB}", "\u{BB}"]
}

extension AuthScheme {
    /// Whether a secret is a key or password that is used as it is; a service account is a document.
    func isPlain(_ name: String) -> Bool {
        if case .serviceAccount = self { name != "service_account" } else { true }
    }
}
