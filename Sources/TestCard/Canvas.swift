/// The pixels of one frame, stored by macroblocks: 256 of luma, then 64 of each colour difference, in the order that an
/// `I_PCM` macroblock has in the stream (ITU-T H.264, 7.3.5). It records which macroblocks were drawn on since the last frame.
struct Canvas: Sendable {
    static let side = 16
    static let tileBytes = 384

    /// Macroblocks across and down.
    let columns: Int
    let rows: Int
    private(set) var tiles: [UInt8]
    private(set) var touched: [Bool]
    /// How many of each row's macroblocks are touched.
    private(set) var touchedInRow: [Int]

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        tiles = Array(repeating: 128, count: columns * rows * Canvas.tileBytes)
        touched = Array(repeating: false, count: columns * rows)
        touchedInRow = Array(repeating: 0, count: rows)
    }

    /// Begins the next frame: no macroblock is touched.
    mutating func settle() {
        for row in 0..<rows where touchedInRow[row] > 0 {
            touchedInRow[row] = 0
            for column in 0..<columns { touched[row * columns + column] = false }
        }
    }

    /// Paints an area whose edges are even.
    mutating func fill(_ area: Area, _ tone: Tone) {
        eachTile(of: area) { tile, x, y in
            for row in y { (tile + row * 16 + x.lowerBound).update(repeating: tone.luma, count: x.count) }
            let half = x.lowerBound / 2..<x.upperBound / 2
            for row in y.lowerBound / 2..<y.upperBound / 2 {
                (tile + 256 + row * 8 + half.lowerBound).update(repeating: tone.blue, count: half.count)
                (tile + 320 + row * 8 + half.lowerBound).update(repeating: tone.red, count: half.count)
            }
        }
    }

    /// Changes the brightness of an area and leaves its colour.
    mutating func ink(_ area: Area, _ luma: UInt8) {
        eachTile(of: area) { tile, x, y in
            for row in y { (tile + row * 16 + x.lowerBound).update(repeating: luma, count: x.count) }
        }
    }

    /// Repeats one line of pixels down an area. `line[0]` is at the area's left edge; the edges are even.
    mutating func spread(_ line: [Tone], over area: Area) {
        eachTileOrigin(of: area) { tile, x, y, originX in
            let first = originX - area.x.lowerBound
            let top = tile + y.lowerBound * 16
            let (blue, red) = (tile + 256 + y.lowerBound / 2 * 8, tile + 320 + y.lowerBound / 2 * 8)
            for column in x {
                let tone = line[first + column]
                top[column] = tone.luma
                blue[column / 2] = tone.blue
                red[column / 2] = tone.red
            }
            let half = x.lowerBound / 2..<x.upperBound / 2
            for row in 1..<max(1, y.count) { Self.copy(top, 16 * row, columns: x) }
            for row in 1..<max(1, y.count / 2) {
                Self.copy(blue, 8 * row, columns: half)
                Self.copy(red, 8 * row, columns: half)
            }
        }
    }

    private static func copy(_ line: UnsafeMutablePointer<UInt8>, _ distance: Int, columns: Range<Int>) {
        (line + distance + columns.lowerBound).update(from: line + columns.lowerBound, count: columns.count)
    }

    /// Calls `draw` with each macroblock that intersects the area, and the part of it inside.
    private mutating func eachTile(of area: Area, _ draw: (UnsafeMutablePointer<UInt8>, Range<Int>, Range<Int>) -> Void) {
        eachTileOrigin(of: area) { tile, x, y, _ in draw(tile, x, y) }
    }

    private mutating func eachTileOrigin(of area: Area, _ draw: (UnsafeMutablePointer<UInt8>, Range<Int>, Range<Int>, Int) -> Void) {
        let across = area.x.clamped(to: 0..<columns * Canvas.side)
        let down = area.y.clamped(to: 0..<rows * Canvas.side)
        guard !across.isEmpty, !down.isEmpty else { return }
        for row in down.lowerBound / 16...(down.upperBound - 1) / 16 {
            let y = max(0, down.lowerBound - row * 16)..<min(16, down.upperBound - row * 16)
            for column in across.lowerBound / 16...(across.upperBound - 1) / 16 {
                let x = max(0, across.lowerBound - column * 16)..<min(16, across.upperBound - column * 16)
                touch(row * columns + column, row)
                tiles.withUnsafeMutableBufferPointer { all in
                    let tile = all.extracting((row * columns + column) * Canvas.tileBytes..<all.count)
                    guard let start = tile.baseAddress else { return }
                    draw(start, x, y, column * 16)
                }
            }
        }
    }

    private mutating func touch(_ index: Int, _ row: Int) {
        guard !touched[index] else { return }
        touched[index] = true
        touchedInRow[row] += 1
    }
}

/// A colour of video: 8-bit Y'CbCr, BT.709, limited range.
struct Tone: Sendable, Equatable {
    var luma: UInt8
    var blue: UInt8
    var red: UInt8

    init(_ luma: UInt8, blue: UInt8 = 128, red: UInt8 = 128) {
        self.luma = luma
        self.blue = blue
        self.red = red
    }

    static let black = Tone(16)
    static let white = Tone(235)

    /// Colour bars at 75 % (SMPTE RP 219), from left to right.
    static let bars = [
        Tone(180), Tone(168, blue: 44, red: 136), Tone(145, blue: 147, red: 44), Tone(133, blue: 63, red: 52),
        Tone(63, blue: 193, red: 204), Tone(51, blue: 109, red: 212), Tone(28, blue: 212, red: 120),
    ]
    /// The bars with a blue part, in reverse order: equal to the bars above when only blue is shown.
    static let reversed = [bars[6], black, bars[4], black, bars[2], black, bars[0]]
    /// Eleven steps from black to white.
    static let greys = (0...10).map { Tone(UInt8(16 + ($0 * 219 + 5) / 10)) }

    // The text's tones have even luma: such blocks survive the transform without loss (see `Prediction`).
    static let paper = Tone(24, blue: 132, red: 126)
    static let ink: UInt8 = 234
    static let pale: UInt8 = 160
    static let track: UInt8 = 56

    /// Brightened towards white.
    /// - Parameter share: from 0 (unchanged) to 256 (white).
    func brightened(_ share: Int) -> Tone {
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 { UInt8((Int(from) * (256 - share) + Int(to) * share + 128) >> 8) }
        return Tone(mix(luma, Tone.white.luma), blue: mix(blue, 128), red: mix(red, 128))
    }
}
