/// Boxes of ISO base media files.
enum MovieBox {
    struct Header {
        let type: String
        /// Including the header; `Int.max` for a box that extends to the end of the file.
        let size: Int
        /// Whether the size is in eight more bytes, which may not have arrived yet.
        let isLong: Bool

        /// Nil if the bytes cannot be a box.
        init?(_ bytes: Slice) {
            guard let short = MovieBox.number(bytes, at: 0, count: 4), bytes.count >= 8 else { return nil }
            let name = bytes.dropFirst(4).prefix(4)
            guard name.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || $0 == 0xA9 }) else { return nil }
            type = String(decoding: name, as: UTF8.self)
            isLong = short == 1
            switch short {
            case 0: size = .max
            case 1: size = MovieBox.number(bytes, at: 8, count: 8) ?? 16
            default: size = short
            }
        }

        /// The length of the header.
        var length: Int { isLong ? 16 : 8 }
    }

    /// - Parameter content: of a `moov` box, or its beginning.
    static func info(in content: Slice) -> MovieScanner.MovieInfo? {
        var facts = MovieScanner.MovieInfo()
        var fragmented: Double?
        var scale: Int?
        forEachBox(in: content) { type, content in
            switch type {
            case "mvhd": (facts.seconds, scale) = duration(content)
            case "trak" where facts.size == nil:
                forEachBox(in: content) { type, content in if type == "tkhd" { facts.size = facts.size ?? size(content) } }
            case "mvex":
                forEachBox(in: content) { type, content in
                    if type == "mehd", let scale { fragmented = fragmentDuration(content, scale: scale) }
                }
            default: break
            }
        }
        facts.seconds = facts.seconds ?? fragmented
        return facts.seconds == nil && facts.size == nil ? nil : facts
    }

    private static func forEachBox(in content: Slice, _ body: (String, Slice) -> Void) {
        var rest = content
        while let header = Header(rest), header.size >= header.length {
            body(header.type, rest.prefix(header.size).dropFirst(header.length))
            guard header.size < rest.count else { return }
            rest = rest.dropFirst(header.size)
        }
    }

    /// `mvhd`: the length of the longest track, in units of the time scale (§8.2.2). All ones mean an unknown length.
    private static func duration(_ content: Slice) -> (seconds: Double?, scale: Int?) {
        let isLong = content.first == 1
        guard let scale = number(content, at: isLong ? 20 : 12, count: 4), scale > 0,
            let units = number(content, at: isLong ? 24 : 16, count: isLong ? 8 : 4), isLong || units != UInt32.max
        else { return (nil, nil) }
        return (seconds(units, scale), scale)
    }

    /// `mehd`: the length of a fragmented movie (§8.8.2).
    private static func fragmentDuration(_ content: Slice, scale: Int) -> Double? {
        number(content, at: 4, count: content.first == 1 ? 8 : 4).flatMap { seconds($0, scale) }
    }

    private static func seconds(_ units: Int, _ scale: Int) -> Double? {
        let seconds = Double(units) / Double(scale)
        return seconds > 0 && seconds < 86_400 ? seconds : nil
    }

    /// `tkhd`: width and height as 16.16 at its end, after a matrix (§8.3.2). Nil for tracks that are not video.
    private static func size(_ content: Slice) -> PixelSize? {
        let matrix = content.first == 1 ? 52 : 40
        guard let width = number(content, at: matrix + 36, count: 2), let height = number(content, at: matrix + 40, count: 2),
            (1...16_384).contains(width), (1...16_384).contains(height)
        else { return nil }
        // Phones store rotated video: the diagonal of the matrix is zero then.
        let isTurned = number(content, at: matrix, count: 4) == 0 && number(content, at: matrix + 16, count: 4) == 0
        return isTurned ? PixelSize(width: height, height: width) : PixelSize(width: width, height: height)
    }

    /// Nil beyond the end, and above `Int.max`.
    static func number(_ bytes: Slice, at offset: Int, count: Int) -> Int? {
        guard bytes.count - offset >= count else { return nil }
        let value = bytes.dropFirst(offset).prefix(count).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return Int(exactly: value)
    }
}
