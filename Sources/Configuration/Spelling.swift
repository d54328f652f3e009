/// What somebody who wrote an unknown word may have meant.
enum Spelling {
    /// ` Did you mean "listen"?` where one known word is near, else ` Known are …`.
    static func advice(for word: String, among known: [String]) -> String {
        if let near = nearest(to: word, among: known) { return ", did you mean \"\(near)\"?" }
        guard !known.isEmpty, known.count <= 40 else { return "" }
        return "; known are " + known.sorted().joined(separator: ", ")
    }

    /// The known word that the fewest slips of the hand away, if those are few for its length.
    static func nearest(to word: String, among known: [String]) -> String? {
        let given = plain(word)
        let ranked = known.map { (word: $0, distance: distance(given, plain($0))) }
        guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else { return nil }
        return best.distance <= max(1, min(given.count, best.word.count) / 3) ? best.word : nil
    }

    /// Case and the choice of separators are no reason to look further: `publicUrl`, `public-url` and `public_url` are the same.
    private static func plain(_ word: String) -> [Character] {
        word.lowercased().prefix(64).filter { !"_-. ".contains($0) }
    }

    /// Letters to insert, drop, replace or swap with their neighbour (optimal string alignment).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                row.append(best)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
