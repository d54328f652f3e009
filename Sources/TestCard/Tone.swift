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
