/// Where everything stands on the card: bars on top, two strips, then the panel with clock, facts, prompt and progress.
struct Layout: Sendable {
    /// A line of text at its place.
    struct Line: Sendable, Equatable {
        var letters: [UInt8]
        var x: Int
        var y: Int
        var luma: UInt8
    }

    /// Macroblocks across and down; the last ones may reach beyond the visible picture.
    let columns: Int
    let rows: Int
    let bars: Area
    let reversed: Area
    let greys: Area
    let panel: Area
    let progress: Area
    /// Pixels for each dot of the text, and of the clock.
    let textScale: Int
    let clockScale: Int
    let timecode: Timecode
    let clockX: Int
    let clockY: Int
    let lines: [Line]

    init(_ picture: Picture) {
        let (width, height) = (picture.width, picture.height)
        let portrait = height > width
        columns = (width + 15) / 16
        rows = (height + 15) / 16
        let codedWidth = columns * 16
        textScale = Layout.scale(min(width, height))
        let scale = textScale
        let grid = min(width, height) >= 240 ? 16 : 4

        let barsEnd = Layout.snap(height * (portrait ? 40 : 48) / 100, grid)
        let strip = height < 120 ? 0 : max(grid, Layout.snap(height * (portrait ? 4 : 6) / 100, grid))
        bars = Area(0..<codedWidth, 0..<barsEnd)
        reversed = Area(0..<codedWidth, barsEnd..<barsEnd + strip)
        greys = Area(0..<codedWidth, barsEnd + strip..<barsEnd + 2 * strip)
        panel = Area(0..<codedWidth, greys.y.upperBound..<rows * 16)
        progress = Area(0..<width, height - max(2, 2 * scale)..<height)

        let margin = Layout.snap(width / 32, 4)
        let inner = margin..<width - margin
        var pen = Layout.snap(panel.y.lowerBound + max(2, 3 * scale), scale >= 4 ? 4 : 2)
        let facts = Facts(picture)

        // Landscape: the clock at the right, the facts beside it. Portrait and small pictures: the clock above, as large as it fits.
        let beside = !portrait && width >= 320
        let dots = beside ? inner.count * 42 / 100 : inner.count + 1
        clockScale = min(Layout.even(max(1, dots / (11 * Font.advance - 1))), portrait ? 4 * scale : 2 * scale)
        timecode = Timecode(picture.rate, columns: (inner.count + clockScale) / (Font.advance * clockScale))
        let clockWidth = (timecode.letterCount * Font.advance - 1) * clockScale
        clockX = beside ? Layout.snap(inner.upperBound - clockWidth, 4) : Layout.snap((width - clockWidth) / 2, 4)
        clockY = pen
        let clockBottom = clockY + (Font.glyphHeight + 1) * clockScale

        let cell = Font.advance * scale
        let factColumns = (beside ? clockX - inner.lowerBound - cell : inner.count + scale) / cell
        if !beside { pen = clockBottom + scale }
        var lines: [Line] = []
        let room = Room(scale: scale, bottom: progress.y.lowerBound - scale)
        room.place(facts.lines(columns: factColumns), luma: Tone.pale, x: inner.lowerBound, from: &pen, into: &lines)
        pen = max(pen, beside ? clockBottom : pen) + (lines.isEmpty ? 0 : 2 * scale)
        let promptLines = Plain.wrap(facts.prompt, columns: (inner.count + scale) / cell, lines: room.lines(from: pen))
        room.place(promptLines, luma: Tone.ink, x: inner.lowerBound, from: &pen, into: &lines)
        self.lines = lines
    }

    /// Four pixels a dot and multiples of it where the picture is large enough: such letters cost few bytes (see `BlockCoder`).
    private static func scale(_ side: Int) -> Int {
        let fitting = max(1, (side + 90) / 180)
        return fitting >= 4 ? fitting / 4 * 4 : fitting
    }

    private static func even(_ scale: Int) -> Int { scale >= 4 ? scale / 4 * 4 : scale }

    private static func snap(_ value: Int, _ grid: Int) -> Int { (value + grid / 2) / grid * grid }
}
