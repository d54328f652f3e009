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
