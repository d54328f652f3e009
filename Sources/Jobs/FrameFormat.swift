import Wire

/// The frame that was asked for, in any of the three ways APIs have for it. Before a vendor sees a job the catalog has filled in
/// whichever of the three follow from the others.
package struct FrameFormat: Sendable, Equatable {
    package var size: Size?
    package var resolution: Resolution?
    package var aspectRatio: AspectRatio?

    package init(size: Size? = nil, resolution: Resolution? = nil, aspectRatio: AspectRatio? = nil) {
        self.size = size
        self.resolution = resolution
        self.aspectRatio = aspectRatio
    }

    package var isEmpty: Bool { size == nil && resolution == nil && aspectRatio == nil }
}

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
        let sign = text.utf8[first.endIndex...].prefix { !Size.isDigit($0) }
        guard Size.signs.contains(Substring(sign)), let width = Int(Substring(first)), (1...16_384).contains(width),
            let height = Int(text[sign.endIndex...]), (1...16_384).contains(height)
        else { return nil }
        self.init(width: width, height: height)
    }

    private static let signs: [Substring] = ["x", "X", "×", "*", ":"]
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    package var description: String { "\(width)x\(height)" }
    /// The length of the shorter side, after which tiers are named.
    package var shortSide: Int { min(width, height) }
    package var aspectRatio: AspectRatio { AspectRatio(width, height) }
}

/// A resolution by its usual name: `480p`, `720p`, `1080p`, `4k`. Compared without regard to case.
package struct Resolution: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Lower case: `720p`, `2k`.
    package let text: String

    package init(stringLiteral value: String) { text = value.lowercased() }

    /// The tier named after that many lines.
    package init(lines: Int) { text = "\(lines)p" }

    /// Reads `720p`, `720P`, `4K`, and the bare number `720`. Nil for anything else.
    package init?(_ text: String) {
        let lower = text.lowercased()
        guard let last = lower.last, lower.count <= 6 else { return nil }
        let digits = last.isNumber ? lower : String(lower.dropLast())
        guard let number = Int(digits), number > 0, last == "p" || last == "k" || number >= 100 else { return nil }
        self.text = last.isNumber ? lower + "p" : lower
    }

    package var description: String { text }

    /// The shorter side in pixels: 720 for `720p`, 1440 for `2k`, 2160 for `4k`.
    package var lines: Int? {
        switch text {
        case "1k": 1080
        case "2k": 1440
        case "4k": 2160
        case "8k": 4320
        default: Int(text.dropLast())
        }
    }
}

/// The proportions of a frame: `16:9`, or `adaptive` (those of the picture that was given).
package struct AspectRatio: Sendable, Hashable, CustomStringConvertible {
    /// In lowest terms; 0 and 0 for adaptive.
    package let width: Int
    package let height: Int

    package init(_ width: Int, _ height: Int) {
        let divisor = AspectRatio.greatestCommonDivisor(width, height)
        self.width = width / divisor
        self.height = height / divisor
    }

    /// Reads `16:9`, `adaptive` and `auto`.
    package init?(_ text: String) {
        if text.utf8.first.map({ $0 | 0x20 }) == UInt8(ascii: "a"), ["adaptive", "auto"].contains(text.lowercased()) {
            self = .adaptive
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { Substring($0) }
        guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]), (1...999).contains(width), (1...999).contains(height)
        else { return nil }
        self.init(width, height)
    }

    private init() { (width, height) = (0, 0) }
    package static let adaptive = AspectRatio()

    package var isAdaptive: Bool { width == 0 }
    /// `16:9`; 21:9, whose lowest terms nobody writes, stays 21:9.
    package var description: String {
        if isAdaptive { return "adaptive" }
        switch (width, height) {
        case (7, 3): return "21:9"
        case (3, 7): return "9:21"
        default: return "\(width):\(height)"
        }
    }
    package var value: Double { isAdaptive ? 1 : Double(width) / Double(height) }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? max(a, 1) : greatestCommonDivisor(b, a % b) }
}
