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
        var text = text
        guard let size = text.withUTF8(Size.parse) else { return nil }
        self = size
    }

    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Size? {
        let start = text.firstIndex { !isDigit($0) } ?? text.count
        let end = text[start...].firstIndex(where: isDigit) ?? text.count
        guard isSeparator(text[start..<end]), let width = side(text[..<start]), let height = side(text[end...]) else { return nil }
        return Size(width: width, height: height)
    }

    private static func isSeparator(_ text: Swift.Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let first = text.first else { return false }
        guard text.count == 1 else { return text.elementsEqual([0xC3, 0x97]) }  // `×`
        return first | 0x20 == UInt8(ascii: "x") || first == UInt8(ascii: "*") || first == UInt8(ascii: ":")
    }

    private static func side(_ digits: Swift.Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var side = 0
        for byte in digits {
            guard isDigit(byte) else { return nil }
            side = side * 10 + Int(byte - 0x30)
            guard side <= maxSide else { return nil }
        }
        return side > 0 ? side : nil
    }

    private static let maxSide = 16_384
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
