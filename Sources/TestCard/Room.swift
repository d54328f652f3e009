/// The part of the panel in which lines of text are placed, downwards to a bottom edge.
struct Room {
    /// Pixels for each dot of the text.
    let scale: Int
    /// The first pixel row below the text.
    let bottom: Int

    /// How many lines still fit under `y`.
    func lines(from y: Int) -> Int { max(0, (bottom - y + (Font.leading - Font.glyphHeight) * scale) / (Font.leading * scale)) }

    /// Adds the lines that fit and moves the pen below them.
    func place(_ texts: [[UInt8]], luma: UInt8, x: Int, from y: inout Int, into lines: inout [Layout.Line]) {
        for letters in texts.prefix(self.lines(from: y)) {
            lines.append(Layout.Line(letters: letters, x: x, y: y, luma: luma))
            y += Font.leading * scale
        }
    }
}
