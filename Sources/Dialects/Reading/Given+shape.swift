import Jobs
import Wire

extension Given {
    /// Any of the ways in which APIs write a frame: `1280x720`, `16:9`, `720p`. Two small numbers around a colon are proportions, two large
    /// ones (`1280:720`) are pixels. A bare `720` is a tier.
    func shape() throws(Fault) -> Shape {
        let text = if let text { BlankText.removed(from: text) } else { try bareNumber() }
        if let ratio = Ratio(text) {
            if ratio.isAdaptive || isSmall(text) { return Shape(ratio: ratio) }
        }
        if let size = Size(text) { return Shape(size: size) }
        if let tier = Tier(text) ?? Given.tierWords[text.lowercased()] { return Shape(tier: tier) }
        if let ratio = Given.orientations[text.lowercased()] { return Shape(ratio: ratio) }
        throw wrongValue("'\(param)' must be written like '1280x720', '16:9' or '720p', not '\(String(text.prefix(80)))'.")
    }

    /// Seconds as a number or a text, `5s` too; `auto` and -1 leave the length to the model.
    func length() throws(Fault) -> Length {
        let text = text.map { BlankText.removed(from: $0).lowercased() }
        if text == "auto" { return .automatic }
        let unit = text.flatMap { text in Given.units.first { text.hasSuffix($0) } }
        let seconds: Double? =
            if let text, let unit { Double(text.dropLast(unit.count)) } else { try? number() }
        if seconds == -1 { return .automatic }
        guard let seconds, (Given.shortest...Given.longest).contains(seconds) else {
            let accepted = "a number of seconds from 1 to \(Given.written(Given.longest)), such as 8, \"8\" or \"8s\", or \"auto\""
            throw wrongValue("'\(param)' must be \(accepted); not \(shown).")
        }
        return .seconds(seconds)
    }

    /// The longest first, for one ends like another.
    private static let units = ["seconds", "second", "secs", "sec", "s"]
    private static let orientations: [String: Ratio] = [
        "landscape": Ratio(16, 9), "horizontal": Ratio(16, 9), "portrait": Ratio(9, 16), "vertical": Ratio(9, 16), "square": Ratio(1, 1),
    ]

    /// No model makes less, and none of these APIs takes it.
    static let shortest = 1.0
    /// No model of the field makes ten minutes in one job; what is longer is a mistake of units.
    static let longest = 600.0

    private static let tierWords: [String: Tier] = ["sd": "480p", "hd": "720p", "fhd": "1080p", "uhd": "4k"]

    private func bareNumber() throws(Fault) -> String {
        guard let whole = try? integer() else { throw wrongType("a text like '1280x720', '16:9' or '720p'") }
        return String(whole)
    }

    private func isSmall(_ ratio: String) -> Bool {
        ratio.split(separator: ":").allSatisfy { (Int($0) ?? 0) < 100 }
    }
}
