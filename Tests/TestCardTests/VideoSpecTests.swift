import TestCard
import Testing

@Suite struct VideoSpecTests {
    @Test(arguments: [(62, 64), (64, 62), (65, 64), (64, 65), (3842, 64), (3840, 2162), (2898, 2898), (0, 0), (-64, -64)])
    func `sizes that cannot be coded are refused`(_ width: Int, _ height: Int) throws {
        let rate = try #require(FrameRate(30))
        #expect(VideoSpec(width: width, height: height, rate: rate, length: .seconds(1), model: "", prompt: "") == nil)
    }

    @Test(arguments: [(0, 1), (61, 1), (1, 2), (30, 0), (-1, 1), (200_000, 10_000)])
    func `rates outside of 1 to 60 frames a second are refused`(_ frames: Int, _ seconds: Int) {
        #expect(FrameRate(frames, per: seconds) == nil)
    }

    @Test(arguments: [
        (24000, 1001, 8000, 192), (30, 1, 8000, 240), (25, 1, 2500, 63), (60, 1, 17, 1), (24, 1, 5041, 121), (1, 1, 36_000_000, 36_000),
    ]) func `a length becomes the nearest number of frames`(frames: Int, seconds: Int, milliseconds: Int, count: Int) throws {
        #expect(try Sample.videoSpec(rate: (frames, seconds), milliseconds: milliseconds).frameCount == count)
    }

    @Test(arguments: [Duration.zero, .milliseconds(-5), .milliseconds(2), .seconds(1201), .seconds(Int64.max)])
    func `lengths without a frame or with too many are refused`(_ length: Duration) throws {
        let rate = try #require(FrameRate(30))
        #expect(VideoSpec(width: 64, height: 64, rate: rate, length: length, model: "", prompt: "") == nil)
    }
}
