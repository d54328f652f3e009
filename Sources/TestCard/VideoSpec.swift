import Wire

/// The content and the length of a test video: everything that its bytes depend on.
package struct VideoSpec: Sendable, Hashable {
    package let width: Int
    package let height: Int
    package let rate: FrameRate
    package let frameCount: Int
    package var model: String
    package var prompt: String
    package var input: InputSummary?
    package var seed: Int64?
    /// Adds a silent AAC track.
    package var sound: Bool

    /// Nil unless both sides are even and in `allowedSides`, their product is within the limit, and the video has 1 to `maxFrames` frames.
    package init?(
        width: Int, height: Int, rate: FrameRate, length: Duration, model: String, prompt: String, still: InputSummary? = nil,
        seed: Int64? = nil,
        sound: Bool = false
    ) {
        let allowedSides = VideoSpec.allowedSides
        guard allowedSides.contains(width), allowedSides.contains(height), width % 2 == 0, height % 2 == 0,
            width * height <= VideoSpec.maxPixels,
            length > .zero, length <= .seconds(VideoSpec.maxFrames)
        else { return nil }
        let thousandths = VideoSpec.thousandths(of: length)
        let frames = (thousandths * rate.frames + 500 * rate.seconds) / (1000 * rate.seconds)
        guard (1...VideoSpec.maxFrames).contains(frames) else { return nil }
        self.width = width
        self.height = height
        self.rate = rate
        self.frameCount = frames
        self.model = model
        self.prompt = prompt
        self.input = still
        self.seed = seed
        self.sound = sound
    }

    package static let allowedSides = 64...3840
    package static let maxPixels = 3840 * 2160
    /// Ten minutes at 60 frames per second, so that the table of frame sizes stays small.
    package static let maxFrames = 36_000

    /// The length of the video, rounded to whole frames.
    package var length: Duration { .milliseconds(lengthInThousandths) }

    var lengthInThousandths: Int { (frameCount * 1000 * rate.seconds + rate.frames / 2) / rate.frames }

    private static func thousandths(of length: Duration) -> Int {
        let parts = length.components
        return Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000)
    }
}
