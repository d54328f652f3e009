/// The offset of each chunk of video and of audio in the file.
struct ChunkOffsets: Sendable {
    private(set) var video: [Int] = []
    private(set) var audio: [Int] = []

    init(_ plan: ChunkPlan, sizes: [Int], start: Int) {
        var place = start
        for chunk in 0..<plan.chunkCount {
            video.append(place)
            place += sizes[plan.frames(ofChunk: chunk)].reduce(0, +)
            let sounds = plan.audioFrames(ofChunk: chunk)
            if sounds > 0 { audio.append(place) }
            place += sounds * Silence.frame.count
        }
    }
}
