/// Finds the known name that a misspelt one probably stands for.
package enum Suggestion {
    /// The distance up to which a name counts as misspelt: a third of its letters, at least one.
    package static func usualDistance(given: Int, other: Int) -> Int { max(1, min(given, other) / 3) }

    /// The nearest known name; nil if none is near enough. Of equally near names, the first in alphabetical order.
    /// - Parameter maxDistance: the greatest distance that counts, for the lengths of the given and the known name.
    package static func nearest(
        to word: String, among known: [String], within maxDistance: (_ given: Int, _ other: Int) -> Int = usualDistance
    ) -> String? {
        let given = folded(word)
        var best: (name: String, distance: Int)?
        for name in known {
            let other = folded(name)
            let bound = min(maxDistance(given.count, other.count), (best?.distance ?? .max))
            guard abs(given.count - other.count) <= bound else { continue }
            let distance = distance(given, other)
            guard distance <= bound else { continue }
            if let found = best, (found.distance, found.name) <= (distance, name) { continue }
            best = (name, distance)
        }
        return best?.name
    }

    /// ` Did you mean 'seconds'?`, to follow a sentence; empty if no known name is near.
    package static func question(for word: String, among known: [String]) -> String {
        nearest(to: word, among: known).map { " Did you mean '\($0)'?" } ?? ""
    }

    /// `, did you mean "listen"?`, to end a sentence; if no known name is near and there are few, the list of them.
    package static func clause(for word: String, among known: [String]) -> String {
        if let near = nearest(to: word, among: known) { return ", did you mean \"\(near)\"?" }
        guard !known.isEmpty, known.count <= 40 else { return "" }
        return "; known are " + known.sorted().joined(separator: ", ")
    }

    /// The known name of which `word` is almost certainly a typo: one letter off for short names, two for long ones. Names whose digits
    /// differ are other versions (`veo-3.2`), and names whose single letters differ are other series (`kling-o1`, `kling-v1`): no typos.
    package static func likelyTypo(of word: String, among known: [String]) -> String? {
        let version = version(of: word)
        let near = nearest(to: word, among: known.filter { Suggestion.version(of: $0) == version }) { given, other in
            let length = min(given, other)
            return length < 4 ? 0 : length < 12 ? 1 : 2
        }
        return near == word ? nil : near
    }

    /// The numbers and the one-letter words of a name, which distinguish its version.
    private static func version(of name: String) -> [String] {
        let words = name.lowercased().split(whereSeparator: { !$0.isLetter }).map { String($0) }.filter { $0.count == 1 }
        return words + name.split(whereSeparator: { !$0.isNumber }).map { String($0) }
    }

    /// The letters that are compared: case and separators do not count, so `publicUrl`, `public-url` and `public_url` are the same.
    package static func folded(_ word: String) -> [Character] {
        word.lowercased().prefix(64).filter { !"_-. ".contains($0) }
    }

    /// How many letters to insert, drop, replace or swap with their neighbour (optimal string alignment distance).
    package static func distance(_ a: [Character], _ b: [Character]) -> Int {
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
