/// The layout of the card: bars on top, two strips, then the panel with text, and a progress strip.
struct Layout: Sendable {
    /// Macroblocks across and down; the last ones may extend beyond the visible frame.
    let columns: Int
    let rows: Int
    let bars: Area
    let reversed: Area
    let greys: Area
    let panel: Area
    let progress: Area
    let text: CardText

    init(_ spec: VideoSpec) {
        let (width, height) = (spec.width, spec.height)
        let portrait = height > width
        columns = (width + 15) / 16
        rows = (height + 15) / 16
        let across = 0..<columns * 16
        let grid = min(width, height) >= 240 ? 16 : 4
        let barsEnd = Layout.snap(height * (portrait ? 40 : 44) / 100, grid)
        let strip = height < 120 ? 0 : max(grid, Layout.snap(height * (portrait ? 4 : 5) / 100, grid))
        bars = Area(across, 0..<barsEnd)
        reversed = Area(across, barsEnd..<barsEnd + strip)
        greys = Area(across, barsEnd + strip..<barsEnd + 2 * strip)
        panel = Area(across, greys.y.upperBound..<rows * 16)
        let scale = Layout.textScale(shortSide: min(width, height))
        progress = Area(0..<width, height - max(2, 2 * scale)..<height)
        text = CardText(spec, scale: scale, down: panel.y.lowerBound + max(2, 3 * scale)..<progress.y.lowerBound - scale)
    }

    /// A multiple of four pixels per dot if the frame is large enough: such letters need few bytes (see `Prediction`).
    static func codableScale(_ scale: Int) -> Int { scale >= 4 ? scale / 4 * 4 : max(1, scale) }

    static func snap(_ value: Int, _ grid: Int) -> Int { (value + grid / 2) / grid * grid }

    private static func textScale(shortSide: Int) -> Int { codableScale((shortSide + 90) / 180) }
}

/// A rectangle of the frame in pixels, from the top left corner.
struct Area: Sendable, Equatable {
    var x: Range<Int>
    var y: Range<Int>

    init(_ x: Range<Int>, _ y: Range<Int>) {
        self.x = x
        self.y = y
    }
}
