/// A silent AAC-LC track: one constant frame for each 1,024 samples (ISO/IEC 14496-3, 4.4.2).
struct Silence: Sendable {
    static let sampleRate = 48_000
    static let samplesPerFrame = 1024
    /// `raw_data_block`: one mono channel without spectral bands, then the end mark.
    static let frame: [UInt8] = [0x01, 0x18, 0x00, 0x07]
    /// `AudioSpecificConfig`: AAC-LC, 48 kHz, mono.
    static let configuration: [UInt8] = [0x11, 0x88]

    /// Samples in the video, and the frames that contain them; the last frame may be used in part.
    let sampleCount: Int
    let frameCount: Int

    init(_ spec: VideoSpec) {
        sampleCount = Self.samples(spec, until: spec.frameCount)
        frameCount = (sampleCount + Self.samplesPerFrame - 1) / Self.samplesPerFrame
    }

    /// How many audio frames come before that video frame in the file.
    func frames(_ spec: VideoSpec, until frame: Int) -> Int {
        frame >= spec.frameCount ? frameCount : Self.samples(spec, until: frame) / Self.samplesPerFrame
    }

    private static func samples(_ spec: VideoSpec, until frame: Int) -> Int {
        frame * spec.rate.seconds * sampleRate / spec.rate.frames
    }
}
