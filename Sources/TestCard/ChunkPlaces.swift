/// Where each chunk of pictures and of sound begins in the file.
struct ChunkPlaces: Sendable {
    private(set) var video: [Int] = []
    private(set) var sound: [Int] = []

    init(_ plan: Plan, sizes: [Int], start: Int) {
        var place = start
        for chunk in 0..<plan.chunkCount {
            video.append(place)
            place += sizes[plan.frames(ofChunk: chunk)].reduce(0, +)
            let sounds = plan.sounds(ofChunk: chunk)
            if sounds > 0 { sound.append(place) }
            place += sounds * Silence.frame.count
        }
    }
}
