/// What somebody who wrote an unknown name may have meant.
package enum Suggestion {
    /// The known name that the fewest slips of the hand away, if those are no more than `most`.
    package static func nearest(to word: String, among known: [String], within maxDistance: (_ given: Int, _ other: Int) -> Int) -> String?
    {
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

    /// A name that is almost certainly another one's slip: one letter off for short names, two for long ones. Names whose digits differ are
    /// other versions (`veo-3.2`), and names whose single letters differ are other series (`kling-o1`, `kling-v1`), not slips.
    package static func likelyTypo(of word: String, among known: [String]) -> String? {
        let version = version(of: word)
        let near = nearest(to: word, among: known.filter { Suggestion.version(of: $0) == version }) { given, other in
            let length = min(given, other)
            return length < 4 ? 0 : length < 12 ? 1 : 2
        }
        return near == word ? nil : near
    }

    /// The numbers and the one-letter words of a name.
    private static func version(of name: String) -> [String] {
        let words = name.lowercased().split(whereSeparator: { !$0.isLetter }).map { String($0) }.filter { $0.count == 1 }
        return words + name.split(whereSeparator: { !$0.isNumber }).map { String($0) }
    }

    /// Case and the choice of separators are no reason to look further: `publicUrl`, `public-url` and `public_url` are the same.
    package static func folded(_ word: String) -> [Character] {
        word.lowercased().prefix(64).filter { !"_-. ".contains($0) }
    }

    /// Letters to insert, drop, replace or swap with their neighbour (optimal string alignment).
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
