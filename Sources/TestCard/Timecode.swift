/// The timecode on the card: hours, minutes, seconds, frames, without drop-frame.
struct Timecode: Sendable, Equatable {
    /// How many parts are shown, from the frames upwards: 4 is `HH:MM:SS:FF`, 2 is `SS:FF`.
    let parts: Int
    private let nominal: Int

    /// As many parts as fit into `columns` letters, at least two.
    init(_ rate: FrameRate, columns: Int) {
        nominal = rate.nominal
        parts = min(4, max(2, (columns + 1) / 3))
    }

    var letterCount: Int { parts * 3 - 1 }

    func letters(at frame: Int) -> [UInt8] {
        let seconds = frame / nominal
        let fields = [seconds / 3600 % 100, seconds / 60 % 60, seconds % 60, frame % nominal].suffix(parts)
        return Array(
            fields.map { [UInt8(ascii: "0") + UInt8($0 / 10), UInt8(ascii: "0") + UInt8($0 % 10)] }.joined(separator: [UInt8(ascii: ":")]))
    }
}
