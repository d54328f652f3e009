/// The clock that a clip's pictures are counted in, fine enough for players that round.
struct MediaClock: Sendable, Equatable {
    /// Ticks a second, and ticks for each picture.
    let scale: Int
    let tick: Int

    init(_ rate: FrameRate) {
        let factor = rate.frames < 10_000 ? (10_000 + rate.frames - 1) / rate.frames : 1
        scale = rate.frames * factor
        tick = rate.seconds * factor
    }
}
