import Jobs
import Wire

extension InputValue {
    /// A frame as any API writes it: `1280x720`, `16:9`, `720p`, `landscape`. Two small numbers around a colon are an aspect ratio, two
    /// large ones (`1280:720`) a size. A bare `720` is a resolution.
    func frameFormat() throws(Fault) -> FrameFormat {
        let text = if let text { BlankText.removed(from: text) } else { try bareNumber() }
        if let aspectRatio = AspectRatio(text) {
            if aspectRatio.isAdaptive || isSmall(text) { return FrameFormat(aspectRatio: aspectRatio) }
        }
        if let size = Size(text) { return FrameFormat(size: size) }
        if let resolution = Resolution(text) ?? InputValue.resolutionNames[text.lowercased()] { return FrameFormat(resolution: resolution) }
        if let aspectRatio = InputValue.orientations[text.lowercased()] { return FrameFormat(aspectRatio: aspectRatio) }
        throw wrongValue("'\(param)' must be written like '1280x720', '16:9' or '720p', not '\(String(text.prefix(80)))'.")
    }

    /// Seconds as a number or a text, also `5s`; `auto` and -1 leave the length to the model.
    func duration() throws(Fault) -> ClipDuration {
        if let seconds = digits.map(Double.init), InputValue.secondsRange.contains(seconds) { return .seconds(seconds) }
        let text = text.map { BlankText.removed(from: $0).lowercased() }
        if text == "auto" { return .automatic }
        let unit = text.flatMap { text in InputValue.units.first { text.hasSuffix($0) } }
        let seconds: Double? =
            if let text, let unit { Double(text.dropLast(unit.count)) } else { try? number() }
        if seconds == -1 { return .automatic }
        guard let seconds, InputValue.secondsRange.contains(seconds) else {
            let bounds = "\(InputValue.formatted(InputValue.secondsRange.lowerBound)) to \(InputValue.formatted(InputValue.maxSeconds))"
            let accepted = "a number of seconds from \(bounds), such as 8, \"8\" or \"8s\", or \"auto\""
            throw wrongValue("'\(param)' must be \(accepted); not \(shown).")
        }
        return .seconds(seconds)
    }

    /// The longest first, since the shorter ones are their endings.
    private static let units = ["seconds", "second", "secs", "sec", "s"]
    private static let orientations: [String: AspectRatio] = [
        "landscape": AspectRatio(16, 9), "horizontal": AspectRatio(16, 9), "portrait": AspectRatio(9, 16), "vertical": AspectRatio(9, 16),
        "square": AspectRatio(1, 1),
    ]

    static let secondsRange = Parameter.duration.range
    static let maxSeconds = secondsRange.upperBound

    private static let resolutionNames: [String: Resolution] = ["sd": "480p", "hd": "720p", "fhd": "1080p", "uhd": "4k"]

    private func bareNumber() throws(Fault) -> String {
        guard let whole = try? integer() else { throw wrongType("a text like '1280x720', '16:9' or '720p'") }
        return String(whole)
    }

    private func isSmall(_ aspectRatio: String) -> Bool {
        aspectRatio.split(separator: ":").allSatisfy { (Int($0) ?? 0) < 100 }
    }
}
