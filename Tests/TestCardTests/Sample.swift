import TestCard
import Testing

/// Videos to test with.
enum Sample {
    static func videoSpec(
        _ width: Int = 320, _ height: Int = 180, rate: (Int, Int) = (25, 1), milliseconds: Int = 1000,
        prompt: String = "A calico cat plays the piano on a stage, cinematic, 35 mm", still: InputSummary? = nil, seed: Int64? = nil,
        sound: Bool = false
    ) throws -> VideoSpec {
        let rate = try #require(FrameRate(rate.0, per: rate.1))
        return try #require(
            VideoSpec(
                width: width, height: height, rate: rate, length: .milliseconds(milliseconds), model: "test/card", prompt: prompt,
                still: still,
                seed: seed, sound: sound))
    }

    static func file(_ movie: CardMovie) -> [UInt8] { bytes(of: movie, 0..<movie.byteCount) }

    static func bytes(of movie: CardMovie, _ range: Range<Int>) -> [UInt8] {
        var reader = movie.bytes(in: range)
        var bytes: [UInt8] = []
        while let piece = reader.next() { bytes += piece }
        return bytes
    }
}
