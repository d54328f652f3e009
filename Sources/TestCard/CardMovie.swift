import Wire

/// The test card as an MP4 file that is rendered while it is read: its length is known, any range of it can be asked for, and the same
/// picture always gives the same bytes.
package struct CardMovie: Sendable {
    package let picture: Picture
    /// Eight bytes in hexadecimal that differ where the files differ: good for an entity tag.
    package let fingerprint: String
    let head: Bytes
    /// Where each frame's bytes begin in the file, and where the last one's end.
    let places: [Int]

    /// Measures the whole clip at once; see `CardSurvey` for doing so in steps.
    package init(_ picture: Picture) {
        var survey = CardSurvey(picture)
        while true {
            guard let movie = survey.step(frames: picture.frameCount) else { continue }
            self = movie
            return
        }
    }

    init(_ picture: Picture, sizes: [Int]) {
        self.picture = picture
        let plan = Plan(picture)
        head = MovieHead(picture, plan, sizes: sizes).bytes
        var place = head.count
        var places = [place]
        places.reserveCapacity(sizes.count + 1)
        for (frame, size) in sizes.enumerated() {
            place += size + plan.sounds(after: frame) * Silence.frame.count
            places.append(place)
        }
        self.places = places
        // The sizes in the head do not tell two digits apart, the words do.
        fingerprint = Self.hash(head + "\(picture.prompt)\n\(picture.still?.text ?? "")\n\(picture.seed.map(String.init) ?? "")".utf8)
    }

    package static let mediaType = MediaType.mp4

    package var byteCount: Int { places[places.count - 1] }

    /// The file's bytes in that range, cut off at its end, in pieces of at most `CardBytes.piece`.
    package func bytes(in range: Range<Int>) -> CardBytes { CardBytes(self, range.clamped(to: 0..<byteCount)) }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: Bytes) -> String {
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
