/// Draws and encodes frames: fast in sequence, possible at any frame.
struct FrameRenderer: Sendable {
    private let spec: VideoSpec
    private let plan: ChunkPlan
    private let coder = FrameCoder()
    private var painter: Painter?
    private var expectedBytes = 4096

    init(_ spec: VideoSpec) {
        self.spec = spec
        plan = ChunkPlan(spec)
    }

    /// The bytes of one sample, independent of the frames rendered before.
    mutating func render(_ frame: Int) -> [UInt8] {
        let place = frame % plan.framesPerGroup
        if painter?.frame == frame - 1 {
            painter?.advance()
        } else {
            painter = nil
            painter = Painter(spec, at: place == 0 ? frame : frame - 1)
            if place != 0 { painter?.advance() }
        }
        guard let canvas = painter?.canvas else { return [] }
        let bytes = coder.code(canvas, group: frame / plan.framesPerGroup, place: place, capacity: expectedBytes)
        if place != 0 { expectedBytes = max(expectedBytes, bytes.count) }
        return bytes
    }
}
