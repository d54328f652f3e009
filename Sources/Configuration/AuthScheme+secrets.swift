import Jobs

extension AuthScheme {
    /// The sets of secrets, by the names on a card, each of which is sufficient to sign a call.
    func sufficientSecretSets(of names: some Collection<String>) -> [Set<String>] {
        let all = Set(names)
        switch self {
        case .none: return [[]]
        case .jwtHS256: return [["api_key"], ["access_key", "secret_key"]].filter { all.isSuperset(of: $0) }
        case .bearer, .header, .bodyMember: return all.contains("api_key") ? [["api_key"]] : [all]
        case .serviceAccount, .sigV4, .volcengine, .tc3: return [all.subtracting(["session_token", "api_key"])]
        }
    }

    /// Whether a secret is a key or password that is used as it is; a service account is a document.
    func isPlain(_ name: String) -> Bool {
        if case .serviceAccount = self { name != "service_account" } else { true }
    }

    /// The text of a secret. A service account may be the path of its file, as its vendor's own tools accept it.
    func loadSecret(_ text: String, named name: String, readFile: (String) throws(ConfigurationFile.ReadError) -> String)
        throws(ConfigurationFile.ReadError) -> String
    {
        guard case .serviceAccount = self, name == "service_account", text.first(where: { !$0.isWhitespace }) != "{" else { return text }
        return try readFile(text)
    }
}

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
