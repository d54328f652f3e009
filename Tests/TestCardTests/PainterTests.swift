import Jobs
import Testing
import Wire

@testable import TestCard

@Suite struct PainterTests {
    @Test func `a frame looks the same whether reached step by step or at once`() throws {
        let picture = try Sample.videoSpec(200, 120, rate: (10, 1), milliseconds: 9000)
        var walking = Painter(picture, at: 0)
        for frame in 1..<picture.frameCount {
            walking.advance()
            guard frame % 7 == 0 || frame > picture.frameCount - 3 else { continue }
            #expect(walking.canvas.tiles == Painter(picture, at: frame).canvas.tiles, "frame \(frame)")
        }
    }

    @Test func `every macroblock that changes is known as touched`() throws {
        let picture = try Sample.videoSpec(200, 120, rate: (10, 1), milliseconds: 9000)
        var painter = Painter(picture, at: 0)
        for frame in 1..<picture.frameCount {
            let before = painter.canvas.tiles
            painter.advance()
            let canvas = painter.canvas
            for index in canvas.touched.indices where !canvas.touched[index] {
                let tile = index * Canvas.tileBytes..<(index + 1) * Canvas.tileBytes
                if canvas.tiles[tile] != before[tile] { Issue.record("frame \(frame), macroblock \(index)") }
            }
            for row in 0..<canvas.rows {
                #expect(canvas.touchedInRow[row] == canvas.touched[row * canvas.columns..<(row + 1) * canvas.columns].count { $0 })
            }
        }
    }

    @Test func `pixels stay in the limited range, so that samples need no guarding`() throws {
        for (width, height) in [(64, 64), (200, 120), (130, 300)] {
            var painter = Painter(try Sample.videoSpec(width, height), at: 0)
            painter.advance()
            #expect(painter.canvas.tiles.allSatisfy { (16...240).contains($0) })
        }
    }

    @Test func `all text is inside the frame and does not overlap`() throws {
        let still = InputSummary(.firstFrame, type: "image/jpeg", width: 4032, height: 3024)
        for (width, height) in [
            (64, 64), (66, 130), (160, 120), (320, 240), (640, 480), (720, 1280), (1280, 720), (1024, 1024), (3840, 64), (3840, 2160),
        ] {
            let picture = try Sample.videoSpec(width, height, prompt: String(repeating: "lorem ipsum ", count: 60), still: still, seed: 7)
            let layout = Layout(picture)
            var bottom = layout.panel.y.lowerBound
            for line in layout.text.lines {
                #expect(line.y >= bottom, "\(width)x\(height)")
                bottom = line.y + Font.glyphHeight * line.scale
                #expect(bottom <= layout.progress.y.lowerBound, "\(width)x\(height)")
                #expect(line.x >= 0 && line.x + (line.letters.count * Font.advance - 1) * line.scale <= width, "\(width)x\(height)")
            }
            let clock = layout.text.clock
            #expect(
                clock.x >= 0 && clock.x + (layout.text.timecode.letterCount * Font.advance - 1) * clock.scale <= width,
                "\(width)x\(height)")
        }
    }
}
