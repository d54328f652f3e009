import Wire

/// A range of a test card's file, rendered on demand. It holds the pixels of one frame, and rendered bytes that are not returned yet.
package struct CardBytes: IteratorProtocol, Sendable {
    /// The maximum size of one piece.
    package static let maxPieceBytes = 64 * 1024

    private let movie: CardMovie
    private let plan: ChunkPlan
    /// The maximum number of frames rendered for one piece, so that a call is short: fewer for larger frames.
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

    /// How many bytes are left.
    package var remaining: Int { rest.count }

    package mutating func next() -> Slice? {
        guard !rest.isEmpty else { return nil }
        if ready.isEmpty { ready = renderMore() }
        let maxPieceBytes = ready.prefix(Self.maxPieceBytes)
        ready = ready.dropFirst(maxPieceBytes.count)
        rest = rest.lowerBound + maxPieceBytes.count..<rest.upperBound
        return maxPieceBytes
    }

    /// Renders frames until a piece is full, and drops bytes outside of the range.
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

    /// The frame that contains this offset of the file; the first one for offsets in the head.
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
