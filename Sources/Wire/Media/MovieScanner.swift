/// Finds the duration and the frame size of an MP4 or QuickTime file (ISO/IEC 14496-12) in a stream. Their box may be at the end of the
/// file: `next` gives the offset of the next useful byte, so that the bytes before it can be skipped.
package struct MovieScanner: Sendable {
    package struct MovieInfo: Sendable, Equatable {
        /// Nil if the file does not contain its duration.
        package var seconds: Double?
        /// The displayed size, after the rotation in the file. Nil without a video track.
        package var size: PixelSize?

        package init(seconds: Double? = nil, size: PixelSize? = nil) {
            self.seconds = seconds
            self.size = size
        }
    }

    /// The result.
    package private(set) var facts: MovieInfo?
    /// Whether nothing more can be found, or everything is known.
    package private(set) var isDone = false

    /// The offset of the next useful byte.
    package var next: Int { start + buffer.count }

    /// The offset of the buffer in the file.
    private var start = 0
    private var buffer: Bytes = []
    private var goal = headerBytes
    private var isMovie = false
    private var boxes = 0

    private static let headerBytes = 8
    private static let longHeaderBytes = 16
    /// The headers of the movie and its tracks come before their tables.
    private static let maxMovieBytes = 256 * 1024
    private static let maxBoxes = 64

    package init() {}

    /// Reads the bytes at that offset of the file.
    package mutating func read(_ piece: Slice, at offset: Int) {
        while !isDone, next >= offset, next - offset < piece.count {
            let rest = piece.dropFirst(next - offset).prefix(goal - buffer.count)
            buffer.append(contentsOf: rest)
            if buffer.count == goal { isMovie ? finish() : readHeader() }
        }
    }

    /// Call it at the end of the file.
    package mutating func finish() {
        if isMovie, !isDone { facts = MovieBox.info(in: buffer[...]) }
        isDone = true
    }

    private mutating func readHeader() {
        guard let box = MovieBox.Header(buffer[...]), boxes < MovieScanner.maxBoxes else {
            isDone = true
            return
        }
        if box.isLong, buffer.count < MovieScanner.longHeaderBytes {
            goal = MovieScanner.longHeaderBytes
            return
        }
        boxes += 1
        let (end, overflow) = start.addingReportingOverflow(box.size)
        guard box.size >= buffer.count, !overflow else {
            isDone = true
            return
        }
        isMovie = box.type == "moov"
        start = isMovie ? start + buffer.count : end
        goal = isMovie ? min(box.size - buffer.count, MovieScanner.maxMovieBytes) : MovieScanner.headerBytes
        buffer = []
        if isMovie, goal == 0 { finish() }
    }
}
