import Wire

/// A range of a test card's file, rendered as it is pulled. It holds one frame's pixels and what was rendered but not yet taken.
package struct CardBytes: IteratorProtocol, Sendable {
    /// The most bytes in one piece.
    package static let piece = 64 * 1024

    private let movie: CardMovie
    private let plan: Plan
    /// The most frames rendered for one piece, so that a pull stays short: the larger the picture, the fewer.
    private let framesAtOnce: Int
    private var renderer: FrameRenderer
    private var rest: Range<Int>
    private var frame: Int
    private var ready: Slice

    init(_ movie: CardMovie, _ range: Range<Int>) {
        self.movie = movie
        plan = Plan(movie.picture)
        framesAtOnce = max(1, min(16, 16 * 1280 * 720 / (movie.picture.width * movie.picture.height)))
        renderer = FrameRenderer(movie.picture)
        rest = range
        frame = Self.frame(at: range.lowerBound, in: movie.places)
        let head = movie.head
        ready = head[range.clamped(to: 0..<head.count)]
    }

    /// How many bytes are still to come.
    package var remaining: Int { rest.count }

    package mutating func next() -> Slice? {
        guard !rest.isEmpty else { return nil }
        if ready.isEmpty { ready = renderMore() }
        let piece = ready.prefix(Self.piece)
        ready = ready.dropFirst(piece.count)
        rest = rest.lowerBound + piece.count..<rest.upperBound
        return piece
    }

    /// Whole frames until a piece is full, without what lies outside of the range.
    private mutating func renderMore() -> Slice {
        let start = movie.places[frame]
        let last = min(movie.picture.frameCount, frame + framesAtOnce)
        var bytes: Bytes = []
        while frame < last, bytes.count < Self.piece, start + bytes.count < rest.upperBound {
            let picture = renderer.render(frame)
            if bytes.isEmpty { bytes = picture } else { bytes.append(contentsOf: picture) }
            for _ in 0..<plan.sounds(after: frame) { bytes.append(contentsOf: Silence.frame) }
            frame += 1
        }
        return bytes[(rest.lowerBound - start)..<min(bytes.count, rest.upperBound - start)]
    }

    /// The frame whose bytes hold that place of the file; the first one for places in the head.
    private static func frame(at place: Int, in places: [Int]) -> Int {
        var low = 0
        var high = places.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if places[middle] <= place { low = middle } else { high = middle }
        }
        return low
    }
}
