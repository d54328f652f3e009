import Jobs
import Wire

/// A vendor's message, edited for the client: the operator's projects, accounts and addresses are removed, and the model that the client
/// requested replaces the model behind it. The log keeps the original.
struct PublicSentence {
    private var replacements: [(private: String, shown: String)] = []
    private static let hidden = "[private]"

    /// - Parameter requested: the model name in the client's request.
    init(account: Account, model: Model?, requested: String) {
        for (name, value) in account.settings where value.count >= 4 {
            let known = account.card.settings.first { $0.name == name }
            if value != known?.fallback, known?.choices.contains(value) != true { replacements.append((value, PublicSentence.hidden)) }
        }
        if let host = account.base?.host.text { replacements.append((host, PublicSentence.hidden)) }
        if let model {
            let names = [model.fullName, model.upstream, model.name] + model.variants.map(\.upstream)
            for name in names where name.count >= 2 && !requested.contains(name) { replacements.append((name, requested)) }
        }
        replacements.sort { $0.private.count > $1.private.count }
    }

    func cleaned(_ sentence: String) -> String {
        var sentence = sentence
        for (name, shown) in replacements where sentence.contains(name) { sentence = PublicSentence.replace(name, shown, in: sentence) }
        return PublicSentence.withoutIdentifiers(sentence)
    }

    /// Replaces whole names only: some models have names like "m".
    private static func replace(_ name: String, _ shown: String, in sentence: String) -> String {
        var result = ""
        var rest = sentence[...]
        while let range = rest.firstRange(of: name) {
            let before = rest[..<range.lowerBound].last ?? result.last
            let after = rest[range.upperBound...].first
            let isWhole = before.map { !isNamePart($0) } ?? true && after.map { !isNamePart($0) } ?? true
            result += String(rest[..<range.lowerBound]) + (isWhole ? shown : name)
            rest = rest[range.upperBound...]
        }
        return result + String(rest)
    }

    private static func isNamePart(_ letter: Character) -> Bool { letter.isLetter || letter.isNumber || letter == "-" || letter == "_" }

    /// Removes identifiers of the operator, recognized by their form or by the preceding word: `projects/my-proj`, `arn:aws:…`,
    /// `org-Ab12…`, `account 2100012345`, `someone@corp.example`, `sk-…abcd`.
    private static func withoutIdentifiers(_ sentence: String) -> String {
        var result: [String] = []
        var owners = 0
        for word in sentence.split(separator: " ", omittingEmptySubsequences: false) {
            let bare = word.drop { !isNamePart($0) }.lowercased()
            let isNumbered = word.count { $0.isNumber } >= 4
            if owners > 0, isNumbered, !word.contains("/") {
                result.append(hide(word))
                owners = 0
                continue
            }
            // `account ID 123`, `project: 123`: one word may come in between.
            owners = ownerWords.contains(String(bare.prefix { isNamePart($0) })) ? 2 : owners - 1
            result.append(hasPrivateForm(word) ? hide(word) : withoutProject(word))
        }
        return result.joined(separator: " ")
    }

    private static let ownerWords: Set<String> = [
        "account", "accounts", "project", "user", "team", "organization", "organisation", "org", "tenant", "workspace", "uid",
        "subscription",
    ]

    private static func hasPrivateForm(_ word: Substring) -> Bool {
        let bare = word.drop { !isNamePart($0) }
        if let at = word.firstIndex(of: "@"), at != word.startIndex, word[at...].contains("."), !word.contains("/") { return true }
        if bare.contains("***") || bare.hasPrefix("arn:aws") { return true }
        let isLong = bare.count >= 10 && bare.contains { $0.isNumber }
        return isLong && ["org-", "org_", "proj_", "proj-", "sk-", "acct_", "user-", "AIza", "key-"].contains { bare.hasPrefix($0) }
    }

    /// Keeps surrounding punctuation.
    private static func hide(_ word: Substring) -> String {
        let start = word.prefix { !isNamePart($0) }
        let end = word.reversed().prefix { !isNamePart($0) }.reversed()
        return start.count == word.count ? String(word) : "\(start)\(hidden)\(String(end))"
    }

    /// Hides the segment after `projects/`, as in `projects/my-proj/locations/…`.
    private static func withoutProject(_ word: Substring) -> String {
        for mark in ["projects/", "accounts/", "organizations/"] {
            guard let range = word.firstRange(of: mark) else { continue }
            let rest = word[range.upperBound...]
            let name = rest.prefix { isNamePart($0) || $0 == "." || $0 == ":" }
            guard !name.isEmpty else { continue }
            return "\(word[..<range.upperBound])\(hidden)\(rest.dropFirst(name.count))"
        }
        return String(word)
    }
}
