import Wire

/// A vendor's words for single values of neutral fields: `720p` is `hd`, audio that is wanted is `on`.
struct ValueMap: Sendable {
    private var values: [String: [String: JSONValue]] = [:]

    mutating func add(_ field: String, _ value: String, word: JSONValue) { values[field, default: [:]][value] = word }

    func value(_ field: String, _ value: String) -> JSONValue? { values[field]?[value] }

    /// The vendor's word for a flag or a number, which the file writes as a text.
    func value(_ field: String, _ value: JSONValue) -> JSONValue? { TemplateValues.text(value).flatMap { self.value(field, $0) } }

    /// With those of one model before them.
    func overridden(by own: JSON?) -> ValueMap {
        var result = self
        for (field, words) in own?.members ?? [] {
            for (value, word) in words.members { result.add(field, value, word: .parsed(word)) }
        }
        return result
    }
}
