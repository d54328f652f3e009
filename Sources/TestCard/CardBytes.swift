import Wire

/// A range of a test card's file, rendered as it is pulled. It holds one frame's pixels and what was rendered but not yet taken.
package struct CardBytes: IteratorProtocol, Sendable {
    /// The most bytes in one piece.
    package static let maxPieceBytes = 64 * 1024

    private let movie: CardMovie
    private let plan: ChunkPlan
    /// The most frames rendered for one piece, so that a pull stays short: the larger the picture, the fewer.
    private let framesPerBatch: Int
    private var renderer: FrameRenderer
    private var rest: Range<Int>
    private var frame: Int
    private var ready: Slice

    init(_ movie: CardMovie, _ range: Range<Int>) {
        self.movie = movie
        plan = ChunkPlan(movie.spec)
        framesPerBatch = max(1, min(16, 16 * 1280 * 720 / (movie.spec.width * movie.spec.height)))
        renderer = FrameRenderer(movie.spec)
        rest = range
        frame = Self.frame(at: range.lowerBound, in: movie.frameOffsets)
        let head = movie.head
        ready = head[range.clamped(to: 0..<head.count)]
    }

    /// How many bytes are still to come.
    package var remaining: Int { rest.count }

    package mutating func next() -> Slice? {
        guard !rest.isEmpty else { return nil }
        if ready.isEmpty { ready = renderMore() }
        let maxPieceBytes = ready.prefix(Self.maxPieceBytes)
        ready = ready.dropFirst(maxPieceBytes.count)
        rest = rest.lowerBound + maxPieceBytes.count..<rest.upperBound
        return maxPieceBytes
    }

    /// Whole frames until a piece is full, without what lies outside of the range.
    private mutating func renderMore() -> Slice {
        let start = movie.frameOffsets[frame]
        let last = min(movie.spec.frameCount, frame + framesPerBatch)
        var bytes: Bytes = []
        while frame < last, bytes.count < Self.maxPieceBytes, start + bytes.count < rest.upperBound {
            let sample = renderer.render(frame)
            if bytes.isEmpty { bytes = sample } else { bytes.append(contentsOf: sample) }
            for _ in 0..<plan.audioFrames(after: frame) { bytes.append(contentsOf: Silence.frame) }
            frame += 1
        }
        return bytes[(rest.lowerBound - start)..<min(bytes.count, rest.upperBound - start)]
    }

    /// The frame whose bytes hold that place of the file; the first one for places in the head.
    private static func frame(at place: Int, in frameOffsets: [Int]) -> Int {
        var low = 0
        var high = frameOffsets.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if frameOffsets[middle] <= place { low = middle } else { high = middle }
        }
        return low
    }
}
