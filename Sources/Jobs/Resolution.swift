/// A resolution by its usual name: `480p`, `720p`, `1080p`, `4k`. Case does not matter.
package struct Resolution: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Lower case: `720p`, `2k`.
    package let text: String

    package init(stringLiteral value: String) { text = value.lowercased() }

    /// The resolution named after that many lines: `720p`.
    package init(lines: Int) { text = "\(lines)p" }

    /// Reads `720p`, `720P`, `4K`, and the bare number `720`. Nil for anything else.
    package init?(_ text: String) {
        let lower = text.lowercased()
        guard let last = lower.last, lower.count <= 6 else { return nil }
        let digits = last.isNumber ? lower : String(lower.dropLast())
        guard let number = Int(digits), last.isNumber ? number >= 100 : number > 0 && (last == "p" || last == "k") else { return nil }
        self.text = last.isNumber ? lower + "p" : lower
    }

    package var description: String { text }

    /// The shorter side in pixels: 720 for `720p`, 1440 for `2k`, 2160 for `4k`. Nil for a name that holds no number.
    package var lines: Int? {
        switch text {
        case "1k": 1080
        case "2k": 1440
        case "4k": 2160
        case "8k": 4320
        default: Int(text.dropLast())
        }
    }

    /// The one of `resolutions` with the nearest number of lines; of two equally near, the larger.
    package func nearest(in resolutions: [Resolution]) -> Resolution? {
        guard let lines else { return nil }
        let known = resolutions.compactMap { resolution in resolution.lines.map { (resolution: resolution, lines: $0) } }
        return known.min { (abs($0.lines - lines), -$0.lines) < (abs($1.lines - lines), -$1.lines) }?.resolution
    }

    /// The same resolution by its name in `resolutions`: `4k` for `2160p`.
    package func same(in resolutions: [Resolution]) -> Resolution? {
        resolutions.first { $0 == self } ?? resolutions.first { $0.lines != nil && $0.lines == lines }
    }
}
