import Wire

/// Width and height in pixels, written `1280x720`.
package struct Size: Sendable, Hashable, CustomStringConvertible {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Reads `1280x720`; also with `X`, `×`, `*` and `:` between the numbers. Nil unless both are 1...16384.
    package init?(_ text: String) {
        let first = text.utf8.prefix(while: Size.isDigit)
        let separator = text.utf8[first.endIndex...].prefix { !Size.isDigit($0) }
        guard Size.separators.contains(Substring(separator)), let width = Int(Substring(first)), Size.validSides.contains(width),
            let height = Int(text[separator.endIndex...]), Size.validSides.contains(height)
        else { return nil }
        self.init(width: width, height: height)
    }

    private static let separators: [Substring] = ["x", "X", "×", "*", ":"]
    private static let validSides = 1...16_384
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    package var description: String { "\(width)x\(height)" }

    /// The length of the shorter side, after which resolutions are named: 720 for 1280x720.
    package var shortSide: Int { min(width, height) }

    /// In lowest terms: 1280x720 is 16:9.
    package var aspectRatio: AspectRatio { AspectRatio(width, height) }

    /// The number of pixels of one frame.
    package var pixels: Double { Double(width) * Double(height) }
}

extension Size {
    /// The frame with that short side and that aspect ratio; both sides are even, as codecs require.
    package init(lines: Int, aspectRatio: AspectRatio) {
        let half = Double(lines) * max(aspectRatio.value, 1 / aspectRatio.value) / 2
        let long = (Number.truncated(min(half, 1e6).rounded()) ?? lines) * 2
        self = aspectRatio.value >= 1 ? Size(width: long, height: lines) : Size(width: lines, height: long)
    }

    /// The resolution with as many lines as the short side has: one of `resolutions`, else the one named after that number.
    package func resolution(in resolutions: [Resolution]) -> Resolution? {
        resolutions.first { $0.lines == shortSide } ?? Resolution(lines: shortSide)
    }

    /// The usual name of this aspect ratio (848x480 is called 16:9): one of `aspectRatios`, else a common one, else the lowest terms.
    package func namedAspectRatio(in aspectRatios: [AspectRatio]) -> AspectRatio {
        aspectRatios.first { !$0.isAdaptive && isNearly($0) } ?? Size.commonAspectRatios.first(where: isNearly) ?? aspectRatio
    }

    private static let commonAspectRatios = [
        AspectRatio(16, 9), AspectRatio(9, 16), AspectRatio(1, 1), AspectRatio(4, 3), AspectRatio(3, 4), AspectRatio(21, 9),
        AspectRatio(9, 21), AspectRatio(3, 2), AspectRatio(2, 3),
    ]

    /// Within 3 %: sides are rounded to multiples of 8, 16 or 32, so that 832x480 and 1248x704 count as 16:9.
    package func isNearly(_ aspectRatio: AspectRatio) -> Bool {
        !aspectRatio.isAdaptive && aspectRatio.distance(to: self.aspectRatio) < 0.03
    }
}
