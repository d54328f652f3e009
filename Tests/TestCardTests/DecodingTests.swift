import Testing

@testable import TestCard

@Suite(.enabled(if: FFmpeg.isPresent, "ffmpeg is not installed")) struct PlayerTests {
    static let shapes: [(Int, Int, (Int, Int), Int, String)] = [
        (64, 64, (30, 1), 1000, "30/1 30 1.000000"), (640, 480, (24, 1), 2500, "24/1 60 2.500000"),
        (720, 1280, (25, 1), 400, "25/1 10 0.400000"),
        (1280, 720, (24000, 1001), 500, "24000/1001 12 0.500500"), (854, 480, (30000, 1001), 2200, "30000/1001 66 2.202200"),
        (1920, 1080, (60, 1), 200, "60/1 12 0.200000"), (3840, 2160, (30, 1), 100, "30/1 3 0.100000"),
        (3840, 64, (25, 1), 200, "25/1 5 0.200000"),
        (98, 66, (1, 1), 5000, "1/1 5 5.000000"),
    ]

    @Test(arguments: shapes) func `players see the requested size, rate, frames and length, and decode without a warning`(
        _ shape: (Int, Int, (Int, Int), Int, String)
    ) throws {
        let (width, height, rate, milliseconds, rest) = shape
        let picture = try Sample.videoSpec(width, height, rate: rate, milliseconds: milliseconds)
        try FFmpeg.withFile(Sample.file(CardMovie(picture))) { path in
            let entries = "codec_name,profile,width,height,pix_fmt,color_space,r_frame_rate,nb_frames,duration"
            let seen = FFmpeg.text("ffprobe -v warning -select_streams v:0 -show_entries stream=\(entries) -of default=nk=1:nw=1 \(path)")
            let facts = rest.split(separator: " ")
            #expect(
                seen.split(separator: "\n")
                    == [
                        "h264", "Constrained Baseline", "\(width)", "\(height)", "yuv420p", "bt709", facts[0], facts[2], facts[1],
                    ].map { Substring($0) })
            let decoded = FFmpeg.run("ffmpeg -v warning -xerror -i \(path) -f null -")
            #expect(String(decoding: decoded.output, as: UTF8.self) == "")
            #expect(decoded.status == 0)
        }
    }

    @Test(arguments: [(64, 64), (130, 98), (320, 240), (720, 404)]) func `every pixel comes out of the decoder as it was painted`(
        _ width: Int, _ height: Int
    ) throws {
        let picture = try Sample.videoSpec(width, height, rate: (10, 1), milliseconds: 4500)
        let decoded = try FFmpeg.withFile(Sample.file(CardMovie(picture))) { path in
            FFmpeg.run("ffmpeg -v error -i \(path) -f rawvideo -pix_fmt yuv420p -").output
        }
        let frameBytes = width * height * 3 / 2
        try #require(decoded.count == picture.frameCount * frameBytes)
        var painter = Painter(picture, at: 0)
        for frame in 0..<picture.frameCount {
            #expect(
                decoded[frame * frameBytes..<(frame + 1) * frameBytes].elementsEqual(planes(painter.canvas, width: width, height: height)),
                "frame \(frame)")
            painter.advance()
        }
    }

    @Test func `the silent audio is AAC, decodes to zeros and lasts as long as the video`() throws {
        let picture = try Sample.videoSpec(milliseconds: 2000, sound: true)
        let entries = "codec_name,profile,sample_rate,channels,duration"
        try FFmpeg.withFile(Sample.file(CardMovie(picture))) { path in
            let seen = FFmpeg.text(
                "ffprobe -v warning -select_streams a:0 -show_entries stream=\(entries) -of csv=p=0 \(path)"
            )
            #expect(seen == "aac,LC,48000,1,2.000000\n")
            let decoded = FFmpeg.run("ffmpeg -v warning -xerror -i \(path) -map 0:a -f s16le -")
            #expect(decoded.status == 0)
            #expect(decoded.output.count >= 2 * 96_000)
            #expect(decoded.output.allSatisfy { $0 == 0 })
        }
    }

    @Test func `a player that seeks lands on the frame`() throws {
        let picture = try Sample.videoSpec(320, 240, milliseconds: 7000)
        let decoded = try FFmpeg.withFile(Sample.file(CardMovie(picture))) { path in
            FFmpeg.run("ffmpeg -v error -ss 5.2 -i \(path) -frames:v 1 -f rawvideo -pix_fmt yuv420p -").output
        }
        #expect(decoded == planes(Painter(picture, at: 130).canvas, width: 320, height: 240))
    }

    /// The visible part of the canvas, plane after plane.
    private func planes(_ canvas: Canvas, width: Int, height: Int) -> [UInt8] {
        func plane(_ width: Int, _ height: Int, side: Int, offset: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(width * height)
            for y in 0..<height {
                for x in stride(from: 0, to: width, by: side) {
                    let tile = (y / side * canvas.columns + x / side) * Canvas.tileBytes + offset + y % side * side
                    bytes += canvas.tiles[tile..<tile + min(side, width - x)]
                }
            }
            return bytes
        }
        return plane(width, height, side: 16, offset: 0) + plane(width / 2, height / 2, side: 8, offset: 256)
            + plane(width / 2, height / 2, side: 8, offset: 320)
    }
}
