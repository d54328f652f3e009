import TestCard
import Testing

@Suite struct RangeTests {
    @Test func `the announced length is the real length, in pieces of at most 64 KB`() throws {
        for (width, height) in [(64, 64), (640, 480), (854, 480)] {
            let movie = CardMovie(try Sample.videoSpec(width, height, milliseconds: 400, sound: true))
            var reader = movie.bytes(in: 0..<movie.byteCount)
            var total = 0
            while let piece = reader.next() {
                #expect((1...CardBytes.maxPieceBytes).contains(piece.count))
                total += piece.count
                #expect(reader.remaining == movie.byteCount - total)
            }
            #expect(total == movie.byteCount)
        }
    }

    @Test func `any range equals that part of the whole`() throws {
        let movie = CardMovie(try Sample.videoSpec(160, 120, rate: (12, 1), milliseconds: 5000, sound: true))
        let whole = Sample.file(movie)
        let seed = UInt64.random(in: 1...UInt64.max)
        var state = seed
        func draw(below bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var ranges = [0..<0, 0..<1, whole.count - 1..<whole.count, whole.count..<whole.count]
        for _ in 0..<60 {
            let start = draw(below: whole.count)
            ranges.append(start..<start + 1 + draw(below: whole.count - start))
        }
        for range in ranges { #expect(Sample.bytes(of: movie, range) == Array(whole[range]), "seed \(seed), range \(range)") }
    }

    @Test func `a range beyond the end is clamped`() throws {
        let movie = CardMovie(try Sample.videoSpec(64, 64, milliseconds: 200))
        let end = movie.byteCount
        #expect(Sample.bytes(of: movie, end - 10..<end + 10).count == 10)
        #expect(Sample.bytes(of: movie, end + 5..<end + 10).isEmpty)
    }

    @Test func `the same specification gives the same bytes, another one another fingerprint`() throws {
        let picture = try Sample.videoSpec(320, 240, milliseconds: 200)
        let movie = CardMovie(picture)
        #expect(Sample.file(movie) == Sample.file(CardMovie(picture)))
        #expect(movie.fingerprint == CardMovie(picture).fingerprint)
        #expect(movie.fingerprint.count == 16)
        let long = String(repeating: "word ", count: 60)
        let others = [
            try Sample.videoSpec(320, 240, milliseconds: 240), try Sample.videoSpec(320, 240, milliseconds: 200, seed: 1),
            try Sample.videoSpec(320, 240, milliseconds: 200, seed: 2), try Sample.videoSpec(320, 240, milliseconds: 200, prompt: "A dog"),
            try Sample.videoSpec(320, 240, milliseconds: 200, prompt: long + "x"),
            try Sample.videoSpec(320, 240, milliseconds: 200, prompt: long + "y"),
            try Sample.videoSpec(320, 240, milliseconds: 200, sound: true),
        ]
        #expect(Set(others.map { CardMovie($0).fingerprint } + [movie.fingerprint]).count == others.count + 1)
    }

    @Test func `a survey in steps finds the same movie`() throws {
        let picture = try Sample.videoSpec(96, 96, milliseconds: 1000)
        var survey = MovieMeasurer(picture)
        var steps = 1
        var found = survey.measure(frames: 7)
        while found == nil {
            found = survey.measure(frames: 7)
            steps += 1
        }
        #expect(steps == 4)
        #expect(found?.fingerprint == CardMovie(picture).fingerprint)
    }
}
