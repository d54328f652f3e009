/// The time scale of the video track, fine enough for players that round.
struct MediaClock: Sendable, Equatable {
    /// Ticks per second, and ticks per frame.
    let scale: Int
    let tick: Int

    init(_ rate: FrameRate) {
        let factor = rate.frames < 10_000 ? (10_000 + rate.frames - 1) / rate.frames : 1
        scale = rate.frames * factor
        tick = rate.seconds * factor
    }
}
