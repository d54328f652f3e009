import Wire

/// What somebody who wrote an unknown word may have meant.
enum NameSuggestion {
    /// ` Did you mean "listen"?` where one known word is near, else ` Known are …`.
    static func advice(for word: String, among known: [String]) -> String {
        if let near = nearest(to: word, among: known) { return ", did you mean \"\(near)\"?" }
        guard !known.isEmpty, known.count <= 40 else { return "" }
        return "; known are " + known.sorted().joined(separator: ", ")
    }

    /// The known word that the fewest slips of the hand away, if those are few for its length.
    static func nearest(to word: String, among known: [String]) -> String? {
        Suggestion.nearest(to: word, among: known) { given, other in max(1, min(given, other) / 3) }
    }
}
