/// How a clip's bytes follow each other: one piece for each frame, and at the end of each chunk the sound of the same time.
struct ChunkPlan: Sendable {
    /// Frames from one seekable picture to the next: two seconds.
    let framesPerGroup: Int
    /// Frames of one chunk: a second.
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

    /// Frames of sound that follow a chunk's pictures.
    func audioFrames(ofChunk index: Int) -> Int {
        guard let silence else { return 0 }
        let frames = frames(ofChunk: index)
        return silence.frames(spec, until: frames.upperBound) - silence.frames(spec, until: frames.lowerBound)
    }

    /// Frames of sound that follow a picture: none unless it ends a chunk.
    func audioFrames(after frame: Int) -> Int {
        let index = frame / framesPerChunk
        return frame + 1 == frames(ofChunk: index).upperBound ? audioFrames(ofChunk: index) : 0
    }
}
