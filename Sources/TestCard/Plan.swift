/// How a clip's bytes follow each other: one piece for each frame, and at the end of each chunk the sound of the same time.
struct Plan: Sendable {
    /// Frames from one seekable picture to the next: two seconds.
    let group: Int
    /// Frames of one chunk: a second.
    let chunk: Int
    let frameCount: Int
    let silence: Silence?
    private let picture: Picture

    init(_ picture: Picture) {
        self.picture = picture
        frameCount = picture.frameCount
        group = max(1, (2 * picture.rate.frames + picture.rate.seconds / 2) / picture.rate.seconds)
        chunk = max(1, picture.rate.nominal)
        silence = picture.sound ? Silence(picture) : nil
    }

    var chunkCount: Int { (frameCount + chunk - 1) / chunk }

    func frames(ofChunk index: Int) -> Range<Int> { index * chunk..<min(frameCount, (index + 1) * chunk) }

    /// Frames of sound that follow a chunk's pictures.
    func sounds(ofChunk index: Int) -> Int {
        guard let silence else { return 0 }
        let frames = frames(ofChunk: index)
        return silence.frames(picture, until: frames.upperBound) - silence.frames(picture, until: frames.lowerBound)
    }

    /// Frames of sound that follow a picture: none unless it ends a chunk.
    func sounds(after frame: Int) -> Int {
        let index = frame / chunk
        return frame + 1 == frames(ofChunk: index).upperBound ? sounds(ofChunk: index) : 0
    }
}
