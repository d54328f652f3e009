/// Draws the card: the still parts once, then for each frame only what moves. A frame is independent of the frames drawn before.
struct Painter: Sendable {
    let layout: Layout
    private(set) var canvas: Canvas
    private(set) var frame: Int
    private let spec: VideoSpec
    private let barLine: [Tone]
    private let sweep: Sweep

    /// Draws the card at that frame.
    init(_ spec: VideoSpec, at frame: Int) {
        self.spec = spec
        self.frame = frame
        layout = Layout(spec)
        canvas = Canvas(columns: layout.columns, rows: layout.rows)
        barLine = Painter.steps(Tone.bars, visible: spec.width, coded: layout.columns * 16)
        sweep = Sweep(spec)
        drawGround()
        paintSweep(at: frame)
        paintClock(from: nil)
        paintProgress(from: 0)
        canvas.settle()
    }

    /// Moves to the next frame: the macroblocks touched now are the only ones that changed.
    mutating func advance() {
        canvas.settle()
        let before = frame
        frame += 1
        let (old, new) = (sweep.reach(at: before), sweep.reach(at: frame))
        let cleared = new.overlaps(old) ? old.lowerBound..<max(old.lowerBound, new.lowerBound) : old
        canvas.spread(Array(barLine[cleared]), over: Area(cleared, layout.bars.y))
        paintSweep(at: frame)
        paintClock(from: before)
        paintProgress(from: progress(at: before))
    }

    private mutating func drawGround() {
        let (visible, coded) = (spec.width, layout.columns * 16)
        canvas.spread(barLine, over: layout.bars)
        canvas.spread(Painter.steps(Tone.reversed, visible: visible, coded: coded), over: layout.reversed)
        canvas.spread(Painter.steps(Tone.greys, visible: visible, coded: coded), over: layout.greys)
        canvas.fill(layout.panel, Tone.paper)
        canvas.ink(layout.progress, Tone.track)
        for line in layout.text.lines { write(line) }
    }

    private mutating func paintSweep(at frame: Int) {
        let reach = sweep.reach(at: frame)
        let line = reach.map { barLine[$0].brightened(sweep.share(of: $0, at: frame)) }
        canvas.spread(line, over: Area(reach, layout.bars.y))
    }

    /// Draws the digits that differ from those of `before`.
    private mutating func paintClock(from before: Int?) {
        let (clock, timecode) = (layout.text.clock, layout.text.timecode)
        let old = before.map { timecode.letters(at: $0) }
        for (place, letter) in timecode.letters(at: frame).enumerated() where old?[place] != letter {
            var digit = clock
            digit.letters = [letter]
            digit.x += place * Font.advance * clock.scale
            let cell = Area(digit.x..<digit.x + Font.glyphWidth * digit.scale, digit.y..<digit.y + Font.glyphHeight * digit.scale)
            canvas.ink(cell, Tone.paper.luma)
            write(digit)
        }
    }

    private mutating func paintProgress(from x: Int) {
        canvas.ink(Area(x..<progress(at: frame), layout.progress.y), Tone.ink)
    }

    /// The right edge of the strip that fills until the last frame.
    private func progress(at frame: Int) -> Int {
        let edge = spec.width * (frame + 1) / spec.frameCount
        return frame + 1 == spec.frameCount ? spec.width : edge / 4 * 4
    }

    private mutating func write(_ line: CardText.Line) {
        let scale = line.scale
        for (place, letter) in line.letters.enumerated() {
            let left = line.x + place * Font.advance * scale
            for (row, dots) in Font.plain.glyph(letter).enumerated() {
                let down = line.y + row * scale..<line.y + (row + 1) * scale
                for run in Painter.runs(dots) {
                    canvas.ink(Area(left + run.lowerBound * scale..<left + run.upperBound * scale, down), line.luma)
                }
            }
        }
    }

    /// The runs of set dots in a row of a glyph.
    private static func runs(_ dots: UInt8) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for column in 0...Font.glyphWidth {
            let set = column < Font.glyphWidth && dots >> (Font.glyphWidth - 1 - column) & 1 == 1
            if set, start == nil { start = column }
            if !set, let first = start {
                runs.append(first..<column)
                start = nil
            }
        }
        return runs
    }

    /// One line of pixels that divides the visible width between the tones; the last one fills the rest.
    private static func steps(_ tones: [Tone], visible: Int, coded: Int) -> [Tone] {
        (0..<coded).map { x in tones[min(tones.count - 1, (x / 2 * 2) * tones.count / visible)] }
    }
}

/// The bright line that moves over the colour bars from left to right, with a fading tail.
struct Sweep: Sendable {
    private let width: Int
    private let tail: Int
    private let thickness: Int
    /// Frames of one crossing: four seconds, or the video if it is shorter.
    private let period: Int

    init(_ spec: VideoSpec) {
        width = spec.width
        tail = max(4, spec.width / 20 / 2 * 2)
        thickness = max(2, spec.width / 320 / 2 * 2)
        period = max(1, min(spec.frameCount, (4 * spec.rate.frames + spec.rate.seconds / 2) / spec.rate.seconds))
    }

    /// The columns that differ from the plain bars, with even edges.
    func reach(at frame: Int) -> Range<Int> {
        let head = head(at: frame)
        return max(0, head - tail)..<min(width, head + thickness)
    }

    /// How bright a column is, from 0 (unchanged) to 256 (white); the same for both columns of an even pair.
    func share(of column: Int, at frame: Int) -> Int {
        let behind = head(at: frame) - column / 2 * 2
        guard behind > 0 else { return 256 }
        let left = max(0, tail - behind)
        return 150 * left * left / (tail * tail)
    }

    private func head(at frame: Int) -> Int { width * (frame % period) / period / 2 * 2 }
}
