/// The order of the media data: one sample for each video frame, and after each chunk the audio of the same time.
struct ChunkPlan: Sendable {
    /// Frames from one key frame to the next: two seconds.
    let framesPerGroup: Int
    /// Frames of one chunk: one second.
    let framesPerChunk: Int
    let frameCount: Int
    let silence: Silence?
    private let spec: VideoSpec

    init(_ spec: VideoSpec) {
        self.spec = spec
        frameCount = spec.frameCount
        framesPerGroup = max(1, (2 * spec.rate.frames + spec.rate.seconds / 2) / spec.rate.seconds)
        framesPerChunk = max(1, spec.rate.nominal)
        silence = spec.sound ? Silence(spec) : nil
    }

    var chunkCount: Int { (frameCount + framesPerChunk - 1) / framesPerChunk }

    func frames(ofChunk index: Int) -> Range<Int> { index * framesPerChunk..<min(frameCount, (index + 1) * framesPerChunk) }

    /// How many audio frames follow a chunk.
    func audioFrames(ofChunk index: Int) -> Int {
        guard let silence else { return 0 }
        let frames = frames(ofChunk: index)
        return silence.frames(spec, until: frames.upperBound) - silence.frames(spec, until: frames.lowerBound)
    }

    /// How many audio frames follow a video frame: none unless it ends a chunk.
    func audioFrames(after frame: Int) -> Int {
        let index = frame / framesPerChunk
        return frame + 1 == frames(ofChunk: index).upperBound ? audioFrames(ofChunk: index) : 0
    }
}
