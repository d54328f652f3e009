import Wire

/// The test card as an MP4 file that is rendered while it is read: its length is known, any range of it can be asked for, and the same
/// picture always gives the same bytes.
package struct CardMovie: Sendable {
    package let spec: VideoSpec
    /// Eight bytes in hexadecimal that differ where the files differ: good for an entity tag.
    package let fingerprint: String
    let head: Bytes
    /// Where each frame's bytes begin in the file, and where the last one's end.
    let frameOffsets: [Int]

    /// Measures the whole clip at once; see `MovieMeasurer` for doing so in steps.
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
        // The sizes in the head do not tell two digits apart, the words do.
        fingerprint = Self.hash(head + "\(spec.prompt)\n\(spec.input?.text ?? "")\n\(spec.seed.map(String.init) ?? "")".utf8)
    }

    package static let mediaType = MediaType.mp4

    package var byteCount: Int { frameOffsets[frameOffsets.count - 1] }

    /// The file's bytes in that range, cut off at its end, in pieces of at most `CardBytes.piece`.
    package func bytes(in range: Range<Int>) -> CardBytes { CardBytes(self, range.clamped(to: 0..<byteCount)) }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: Bytes) -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
