import Wire

/// The test card as an MP4 file that is rendered while it is read. Its length is known, any range can be read, and the same specification
/// always gives the same bytes.
package struct CardMovie: Sendable {
    package let spec: VideoSpec
    /// Eight bytes in hexadecimal that identify the file; for an entity tag.
    package let fingerprint: String
    let head: Bytes
    /// The offset of each frame in the file, and the end of the last one.
    let frameOffsets: [Int]

    /// Measures the whole video at once; `MovieMeasurer` does so in steps.
    package init(_ spec: VideoSpec) {
        var survey = MovieMeasurer(spec)
        while true {
            guard let movie = survey.measure(frames: spec.frameCount) else { continue }
            self = movie
            return
        }
    }

    init(_ spec: VideoSpec, sizes: [Int]) {
        self.spec = spec
        let plan = ChunkPlan(spec)
        head = MovieHead(spec, plan, sizes: sizes).bytes
        var place = head.count
        var frameOffsets = [place]
        frameOffsets.reserveCapacity(sizes.count + 1)
        for (frame, size) in sizes.enumerated() {
            place += size + plan.audioFrames(after: frame) * Silence.frame.count
            frameOffsets.append(place)
        }
        self.frameOffsets = frameOffsets
        // Two digits may have the same size, so the text is hashed too.
        fingerprint = Self.hash(head + "\(spec.prompt)\n\(spec.input?.text ?? "")\n\(spec.seed.map(String.init) ?? "")".utf8)
    }

    package static let mediaType = MediaType.mp4

    package var byteCount: Int { frameOffsets[frameOffsets.count - 1] }

    /// The bytes of the file in that range, clamped to its end, in pieces of at most `CardBytes.maxPieceBytes`.
    package func bytes(in range: Range<Int>) -> CardBytes { CardBytes(self, range.clamped(to: 0..<byteCount)) }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: Bytes) -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
