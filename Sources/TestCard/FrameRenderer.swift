/// Draws and codes frames: cheap one after the other, possible at any place.
struct FrameRenderer: Sendable {
    private let picture: Picture
    private let plan: Plan
    private let coder = FrameCoder()
    private var painter: Painter?
    private var usual = 4096

    init(_ picture: Picture) {
        self.picture = picture
        plan = Plan(picture)
    }

    /// The bytes of one sample; the same whichever frame was rendered before.
    mutating func render(_ frame: Int) -> [UInt8] {
        let place = frame % plan.group
        if painter?.frame == frame - 1 {
            painter?.advance()
        } else {
            painter = nil
            painter = Painter(picture, at: place == 0 ? frame : frame - 1)
            if place != 0 { painter?.advance() }
        }
        guard let canvas = painter?.canvas else { return [] }
        let bytes = coder.code(canvas, group: frame / plan.group, place: place, capacity: usual)
        if place != 0 { usual = max(usual, bytes.count) }
        return bytes
    }
}
