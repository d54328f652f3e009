/// The positioned text of the panel: clock, facts and prompt.
struct CardText: Sendable {
    /// A line of text with its position.
    struct Line: Sendable, Equatable {
        var letters: [UInt8]
        var x: Int
        var y: Int
        /// Pixels per dot.
        var scale: Int
        var luma: UInt8
    }

    let timecode: Timecode
    /// The position of the clock, without its digits.
    let clock: Line
    private(set) var lines: [Line] = []
    private let bottom: Int
    private var pen: Int

    /// - Parameter down: the vertical range of the panel that is free.
    init(_ spec: VideoSpec, scale: Int, down: Range<Int>) {
        let (width, height) = (spec.width, spec.height)
        let margin = width < 128 ? 2 : Layout.snap(width / 32, 4)
        let inner = margin..<width - margin
        let facts = CardFacts(spec)
        bottom = down.upperBound
        pen = Layout.snap(down.lowerBound, scale >= 4 ? 4 : 2)

        // Wide frames have the clock to the right of the facts, others above them as large as it fits.
        let beside = width * 4 >= height * 5 && width >= 320
        let dots = 11 * Font.advance - 1
        let clockScale = min(Layout.codableScale((beside ? inner.count * 46 / 100 : inner.count + 1) / dots), 4 * scale)
        timecode = Timecode(spec.rate, columns: (inner.count + clockScale) / (Font.advance * clockScale))
        let clockWidth = (timecode.letterCount * Font.advance - 1) * clockScale
        let clockX = beside ? inner.upperBound - clockWidth : (width - clockWidth) / 2
        clock = Line(letters: [], x: Layout.snap(clockX, 4), y: pen, scale: clockScale, luma: Tone.ink)
        let clockBottom = Layout.snap(pen + (Font.glyphHeight + 1) * clockScale, scale >= 4 ? 4 : 1)

        let cell = Font.advance * scale
        let columns = (inner.count + scale) / cell
        if !beside { pen = clockBottom + scale }
        place(
            facts.headline(columns: beside ? (clock.x - margin) / cell - 1 : columns, lines: free(scale)), x: margin, scale: scale,
            luma: Tone.pale)
        if beside { pen = max(pen, clockBottom) }
        let extras = facts.extras(columns: columns)
        if extras.count < free(scale) { place(extras, x: margin, scale: scale, luma: Tone.pale) }
        pen += 2 * scale
        placePrompt(facts.prompt, inner, scale: scale)
    }

    /// Places the prompt, at twice the scale if all of it fits.
    private mutating func placePrompt(_ prompt: [UInt8], _ inner: Range<Int>, scale: Int) {
        let (large, small) = (2 * scale, scale)
        let whole = ASCIIFold.wrap(prompt, columns: (inner.count + large) / (Font.advance * large), lines: Int.max)
        if whole.count <= free(large), whole.allSatisfy({ $0.count > 3 }) || whole.count == 1 {
            place(whole, x: inner.lowerBound, scale: large, luma: Tone.ink)
        } else {
            let lines = ASCIIFold.wrap(prompt, columns: (inner.count + small) / (Font.advance * small), lines: free(small))
            place(lines, x: inner.lowerBound, scale: small, luma: Tone.ink)
        }
    }

    /// How many more lines of that scale fit.
    private func free(_ scale: Int) -> Int { max(0, (bottom - pen + (Font.leading - Font.glyphHeight) * scale) / (Font.leading * scale)) }

    /// Adds the lines that fit and moves the pen below them.
    private mutating func place(_ texts: [[UInt8]], x: Int, scale: Int, luma: UInt8) {
        for letters in texts.prefix(free(scale)) {
            lines.append(Line(letters: letters, x: x, y: pen, scale: scale, luma: luma))
            pen += Font.leading * scale
        }
    }
}

/// The timecode on the card: hours, minutes, seconds, frames, without drop-frame.
struct Timecode: Sendable, Equatable {
    /// How many parts are shown, from the frames upwards: 4 is `HH:MM:SS:FF`, 2 is `SS:FF`.
    let parts: Int
    private let nominal: Int

    /// As many parts as fit into `columns` letters, at least two.
    init(_ rate: FrameRate, columns: Int) {
        nominal = rate.nominal
        parts = min(4, max(2, (columns + 1) / 3))
    }

    var letterCount: Int { parts * 3 - 1 }

    func letters(at frame: Int) -> [UInt8] {
        let seconds = frame / nominal
        let fields = [seconds / 3600 % 100, seconds / 60 % 60, seconds % 60, frame % nominal].suffix(parts)
        return Array(
            fields.map { [UInt8(ascii: "0") + UInt8($0 / 10), UInt8(ascii: "0") + UInt8($0 % 10)] }.joined(separator: [UInt8(ascii: ":")]))
    }
}
