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

/// Measures the size of every frame, in steps of any length: the length of the file must be known before its first byte.
package struct MovieMeasurer: Sendable {
    private let spec: VideoSpec
    private var renderer: FrameRenderer
    private var sizes: [Int] = []

    package init(_ spec: VideoSpec) {
        self.spec = spec
        renderer = FrameRenderer(spec)
        sizes.reserveCapacity(spec.frameCount)
    }

    /// Measures up to `frames` more; returns the movie once all are measured. A frame of 1280x720 takes about a tenth of a millisecond.
    package mutating func measure(frames: Int) -> CardMovie? {
        for frame in sizes.count..<min(spec.frameCount, sizes.count + max(1, frames)) { sizes.append(renderer.render(frame).count) }
        return sizes.count == spec.frameCount ? CardMovie(spec, sizes: sizes) : nil
    }
}
