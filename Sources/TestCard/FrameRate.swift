/// Frames per second as an exact fraction: 24/1, 30000/1001.
package struct FrameRate: Sendable, Hashable {
    package let frames: Int
    /// The number of seconds for `frames`.
    package let seconds: Int

    /// Nil outside of 1...60 frames per second, or with a fraction that a 32-bit media clock cannot hold.
    package init?(_ frames: Int, per seconds: Int = 1) {
        guard (1...100_000).contains(frames), (1...100_000).contains(seconds), frames >= seconds, frames <= 60 * seconds else { return nil }
        self.frames = frames
        self.seconds = seconds
    }

    /// Frames per second in a non-drop-frame timecode (24 for 23.976).
    var nominal: Int { (frames + seconds / 2) / seconds }

    /// `30`, or three decimals: `23.976`.
    var text: String { DecimalFormat.text(thousandths: (frames * 1000 + seconds / 2) / seconds) }
}

/// The time scale of the video track, fine enough for players that round.
struct MediaClock: Sendable, Equatable {
    /// Ticks per second, and ticks per frame.
    let scale: Int
    let tick: Int

    init(_ rate: FrameRate) {
        let factor = rate.frames < 10_000 ? (10_000 + rate.frames - 1) / rate.frames : 1
        scale = rate.frames * factor
        tick = rate.seconds * factor
    }
}

/// Formats decimal numbers without a library.
enum DecimalFormat {
    /// `2500` reads `2.5`, `8000` reads `8`.
    static func text(thousandths: Int) -> String {
        let whole = thousandths / 1000
        var digits = String(thousandths % 1000 + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return digits.isEmpty ? String(whole) : "\(whole).\(digits)"
    }
}
