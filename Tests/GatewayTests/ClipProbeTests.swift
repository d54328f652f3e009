import Server
import TestCard
import Testing
import Wire

@testable import Gateway

/// Length and frame size of videos for which neither the request nor the vendor states them.
struct ClipProbeTests {
    /// A movie of three seconds at 320x240.
    private static func movie() throws -> Bytes {
        let rate = try #require(FrameRate(24, per: 1))
        let picture = try #require(
            VideoSpec(width: 320, height: 240, rate: rate, length: .seconds(3), model: "m", prompt: "p", sound: true))
        let movie = CardMovie(picture)
        var bytes = Bytes()
        var pieces = movie.bytes(in: 0..<movie.byteCount)
        while let piece = pieces.next() { bytes += piece }
        return bytes
    }

    private static func box(_ type: String, _ content: Bytes) -> Bytes {
        let size = UInt32(content.count + 8)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + Bytes(type.utf8) + content
    }

    /// The same movie with the header after the frames.
    private static func turnedAround(_ bytes: Bytes, padding: Int) throws -> Bytes {
        var boxes: [(type: String, bytes: Bytes)] = []
        var rest = bytes[...]
        while rest.count >= 8 {
            let size = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            boxes.append((String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self), Bytes(rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
        let movie = try #require(boxes.first { $0.type == "moov" })
        return boxes.filter { $0.type != "moov" }.flatMap(\.bytes) + box("mdat", Bytes(repeating: 1, count: padding)) + movie.bytes
    }

    private static func scanned(_ bytes: Bytes, step: Int) -> MovieScanner.MovieInfo? {
        var scanner = MovieScanner()
        var place = 0
        while place < bytes.count, !scanner.isDone {
            scanner.read(bytes[place..<min(place + step, bytes.count)], at: place)
            place += step
        }
        if !scanner.isDone { scanner.finish() }
        return scanner.facts
    }

    @Test(arguments: [1, 7, 64, 1 << 20])
    func `length and frame size are read from the movie header, wherever it is`(step: Int) throws {
        let movie = try Self.movie()
        for bytes in [movie, try Self.turnedAround(movie, padding: 5000)] {
            let facts = try #require(Self.scanned(bytes, step: step))
            #expect(facts.size == PixelSize(width: 320, height: 240))
            #expect(((facts.seconds ?? 0) - 3).magnitude < 0.1)
        }
    }

    @Test func `bytes before the movie header can be skipped`() throws {
        let bytes = try Self.turnedAround(try Self.movie(), padding: 300_000)
        var scanner = MovieScanner()
        var read = 0
        while !scanner.isDone {
            let start = scanner.next
            let piece = bytes[start..<min(start + 100, bytes.count)]
            read += piece.count
            scanner.read(piece, at: start)
        }
        #expect(scanner.facts?.size == PixelSize(width: 320, height: 240))
        #expect(read < 10_000)
    }

    @Test func `a file that is not a movie, or is damaged, yields nothing`() {
        let cases: [Bytes] = [
            [], Bytes("<html>".utf8), Bytes(repeating: 0, count: 64), Bytes(repeating: 0xFF, count: 64),
            Self.box("ftyp", Bytes("isom".utf8)),
            Self.box("moov", []), Self.box("moov", Self.box("mvhd", [0])), Self.box("moov", Self.box("trak", Self.box("tkhd", [1]))),
            [0, 0, 0, 1] + Bytes("mdat".utf8) + Bytes(repeating: 0xFF, count: 8), [0, 0, 0, 4] + Bytes("free".utf8),
            Self.box("moov", Self.box("mvhd", Bytes(repeating: 0, count: 100))),
            Self.box("moov", Self.box("mvhd", Bytes(repeating: 0xFF, count: 100))),
        ]
        for bytes in cases { #expect(Self.scanned(bytes, step: 3) == nil, "\(bytes)") }
    }

    // MARK: In responses

    private static func answer(seconds: Double?, size: String?, ranges: Bool, padding: Int) async throws -> (
        ContentTests.Fixture, WireResponse
    ) {
        let bytes = try turnedAround(try movie(), padding: padding)
        let fixture = try await ContentTests.makeFixture(seconds: seconds, size: size) { exchange in
            let headers = Headers([(.contentType, "video/mp4")])
            guard ranges, case .part(let range) = RangeSelection.requested(exchange.head.headers, count: bytes.count, tag: nil) else {
                return try await exchange.answer(Response(status: 200, headers: headers, body: Pieces(bytes)))
            }
            var part = headers
            part.set(.contentRange, ContentRange(range, of: bytes.count).field)
            try await exchange.answer(Response(status: 206, headers: part, body: Pieces(Bytes(bytes[range]))))
        }
        return (fixture, try await fixture.get(path: "/v1/videos/\(fixture.id)"))
    }

    @Test(arguments: [true, false])
    func `a completed job reports length and size, read from the video once`(ranges: Bool) async throws {
        let (fixture, first) = try await Self.answer(seconds: nil, size: nil, ranges: ranges, padding: 400_000)
        #expect(first.status == 200)
        #expect(first.body.contains(#""size":"320x240""#) && first.body.contains(#""seconds":"3""#), "\(first.body)")
        let calls = fixture.contentCalls
        #expect(calls <= 3)
        #expect(try await fixture.get(path: "/v1/videos/\(fixture.id)").body.contains(#""seconds":"3""#))
        #expect(try await fixture.get(path: "/v1/videos/generations/\(fixture.id)").body.contains(#""seconds":3,"#))
        #expect(fixture.contentCalls == calls)
    }

    @Test func `requested values are reported without reading the video`() async throws {
        let (fixture, answer) = try await Self.answer(seconds: 8, size: "1280x720", ranges: true, padding: 0)
        #expect(answer.body.contains(#""size":"1280x720""#) && answer.body.contains(#""seconds":"8""#))
        #expect(fixture.contentCalls == 0)
    }

    @Test func `a video that cannot be read leaves the job completed`() async throws {
        let fixture = try await ContentTests.makeFixture(seconds: nil, size: nil) { try await $0.answer(Response(status: 500)) }
        let answer = try await fixture.get(path: "/v1/videos/\(fixture.id)")
        #expect(answer.status == 200 && answer.body.contains(#""status":"completed""#))
        let calls = fixture.contentCalls
        _ = try await fixture.get(path: "/v1/videos/\(fixture.id)")
        #expect(fixture.contentCalls == calls)
    }
}
