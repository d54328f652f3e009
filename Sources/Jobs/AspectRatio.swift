import Wire

/// The ratio of a frame's width to its height: `16:9`, or `adaptive` (that of the input image or video).
package struct AspectRatio: Sendable, Hashable, CustomStringConvertible {
    /// In lowest terms; width and height are 0 for `adaptive`.
    package let width: Int
    package let height: Int

    package init(_ width: Int, _ height: Int) {
        let divisor = AspectRatio.greatestCommonDivisor(width, height)
        self.width = width / divisor
        self.height = height / divisor
    }

    /// Reads `16:9`, `adaptive` and `auto`. Nil for anything else; both numbers must be 1...999.
    package init?(_ text: String) {
        // Most texts are ratios: only those that begin with an `a` are lowercased.
        if text.utf8.first.map({ $0 | 0x20 }) == UInt8(ascii: "a"), ["adaptive", "auto"].contains(text.lowercased()) {
            self = .adaptive
            return
        }
        guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { Substring($0) }
        guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]), (1...999).contains(width), (1...999).contains(height)
        else { return nil }
        self.init(width, height)
    }

    private init() { (width, height) = (0, 0) }
    package static let adaptive = AspectRatio()

    package var isAdaptive: Bool { width == 0 }

    /// `16:9`. 7:3, which no API writes in its lowest terms, is `21:9`.
    package var description: String {
        if isAdaptive { return "adaptive" }
        switch (width, height) {
        case (7, 3): return "21:9"
        case (3, 7): return "9:21"
        default: return "\(width):\(height)"
        }
    }

    /// Width divided by height; 1 for `adaptive`.
    package var value: Double { isAdaptive ? 1 : Double(width) / Double(height) }

    /// How far apart two aspect ratios are: 0 for equal ones, about 0.01 for 1 %.
    package func distance(to other: AspectRatio) -> Double { max(value, other.value) / min(value, other.value) - 1 }

    /// The nearest of `aspectRatios`, `adaptive` excepted; nil if there is none.
    package func nearest(in aspectRatios: [AspectRatio]) -> AspectRatio? {
        aspectRatios.filter { !$0.isAdaptive }.min { $0.distance(to: self) < $1.distance(to: self) }
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? max(a, 1) : greatestCommonDivisor(b, a % b) }
}
