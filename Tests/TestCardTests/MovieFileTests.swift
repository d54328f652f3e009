import TestCard
import Testing

@Suite struct MovieFileTests {
    static let shapes: [(Int, Int, (Int, Int), Int, Bool)] = [
        (64, 64, (30, 1), 500, false), (320, 180, (24000, 1001), 3300, true), (180, 322, (1, 1), 5000, true),
        (320, 240, (60, 1), 2100, false),
        (98, 66, (25, 1), 40, true),
    ]

    @Test(arguments: shapes.indices) func `boxes nest without gaps, moov before mdat`(_ index: Int) throws {
        let (file, _) = try made(index)
        let top = try #require(BoxTree.read(file, 0..<file.count))
        #expect(top.map(\.type) == ["ftyp", "moov", "mdat"])
    }

    @Test(arguments: shapes.indices) func `tables of samples cover mdat exactly, and every place holds the sample's NAL unit`(_ index: Int)
        throws
    {
        let (file, picture) = try made(index)
        let top = try #require(BoxTree.read(file, 0..<file.count))
        var covered = 0
        for track in top[1].all("trak") {
            let video = !track.all("avc1").isEmpty
            let samples = try samples(of: track, file)
            covered += samples.reduce(0) { $0 + $1.count }
            #expect(samples.allSatisfy { top[2].content.contains($0.lowerBound) && $0.upperBound <= top[2].content.upperBound })
            if video {
                #expect(samples.count == picture.frameCount)
                #expect(samples.allSatisfy { BoxTree.number(file, $0.lowerBound) == $0.count - 4 })
                let seekable = try #require(track.all("stss").first).numbers(file, from: 8)
                for (number, sample) in samples.enumerated() {
                    #expect(file[sample.lowerBound + 4] == (seekable.contains(number + 1) ? 0x65 : 0x41))
                }
            } else {
                #expect(samples.allSatisfy { Array(file[$0]) == [0x01, 0x18, 0x00, 0x07] })
            }
        }
        #expect(covered == top[2].content.count)
    }

    @Test(arguments: shapes.indices) func `durations are exact in the media clock, and audio ends with the video`(_ index: Int) throws {
        let (file, picture) = try made(index)
        let top = try #require(BoxTree.read(file, 0..<file.count))
        for track in top[1].all("trak") {
            let header = try #require(track.all("mdhd").first).numbers(file, from: 12)
            let times = try #require(track.all("stts").first).numbers(file, from: 8)
            let sum = stride(from: 0, to: times.count, by: 2).reduce(0) { $0 + times[$1] * times[$1 + 1] }
            #expect(sum == header[1])
            let ideal = picture.frameCount * picture.rate.seconds * header[0]
            #expect(ideal / picture.rate.frames == sum)
        }
    }

    @Test func `no start code can be found inside a NAL unit`() throws {
        for shape in Self.shapes.indices {
            let (file, _) = try made(shape)
            let top = try #require(BoxTree.read(file, 0..<file.count))
            let track = try #require(top[1].all("trak").first)
            for sample in try samples(of: track, file) {
                let unit = file[sample].dropFirst(4)
                #expect(unit.last != 0)
                var zeros = 0
                for byte in unit {
                    if zeros >= 2, byte < 3 {
                        Issue.record("a start code or forbidden bytes in the unit at \(sample)")
                        break
                    }
                    zeros = byte == 0 ? zeros + 1 : 0
                }
            }
        }
    }

    private func made(_ index: Int) throws -> ([UInt8], VideoSpec) {
        let (width, height, rate, milliseconds, sound) = Self.shapes[index]
        let picture = try Sample.videoSpec(width, height, rate: rate, milliseconds: milliseconds, sound: sound)
        return (Sample.file(CardMovie(picture)), picture)
    }

    /// From `stsz`, `stsc` and `stco`, as a player finds them.
    private func samples(of track: BoxTree, _ file: [UInt8]) throws -> [Range<Int>] {
        let sizes = try #require(track.all("stsz").first).numbers(file, from: 4)
        let places = try #require(track.all("stco").first).numbers(file, from: 8)
        let runs = try #require(track.all("stsc").first).numbers(file, from: 8)
        var samples: [Range<Int>] = []
        for (chunk, start) in places.enumerated() {
            let run = try #require(Array(stride(from: 0, to: runs.count, by: 3)).last { runs[$0] <= chunk + 1 })
            var place = start
            for _ in 0..<runs[run + 1] {
                let size = sizes[0] == 0 ? sizes[2 + samples.count] : sizes[0]
                samples.append(place..<place + size)
                place += size
            }
        }
        #expect(samples.count == sizes[1])
        return samples
    }
}
