import Jobs
import Wire

extension Given {
    /// Any of the ways in which APIs write a frame: `1280x720`, `16:9`, `720p`. Two small numbers around a colon are proportions, two large
    /// ones (`1280:720`) are pixels. A bare `720` is a tier.
    func shape() throws(Fault) -> Shape {
        let text = if let text { text } else { try bareNumber() }
        if let ratio = Ratio(text) {
            if ratio.isAdaptive || isSmall(text) { return Shape(ratio: ratio) }
        }
        if let size = Size(text) { return Shape(size: size) }
        if let tier = Tier(text) ?? Given.tierWords[text.lowercased()] { return Shape(tier: tier) }
        throw wrongValue("'\(param)' must be written like '1280x720', '16:9' or '720p', not '\(String(text.prefix(80)))'.")
    }

    /// Seconds as a number or a text, `5s` too; `auto` and -1 leave the length to the model.
    func length() throws(Fault) -> Length {
        var seconds: Double
        if let text, text.hasSuffix("s"), let value = Double(text.dropLast()), value.isFinite {
            seconds = value
        } else if text?.lowercased() == "auto" {
            return .automatic
        } else {
            seconds = try number()
        }
        if seconds == -1 { return .automatic }
        guard (Given.shortest...Given.longest).contains(seconds) else {
            throw wrongValue("'\(param)' must be a number of seconds from 1 to \(Given.written(Given.longest)).")
        }
        return .seconds(seconds)
    }

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
