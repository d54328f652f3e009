import Wire

/// Decodes the chunked transfer coding (RFC 9112 §7.1). Extensions and trailers are checked, limited in length and dropped.
struct ChunkDecoder: Sendable {
    /// How strictly to read the framing. Some servers pad the chunk size with spaces; a client that does is suspicious.
    enum Strictness { case strict, padded }

    private enum State {
        case size
        case afterSize
        case `extension`
        case sizeLineFeed
        case data
        case dataReturn
        case dataLineFeed
        case trailers
        case done
    }

    private let strictness: Strictness
    private let maxExtensionBytes: Int
    /// How many bytes the chunks may still announce. Calls to vendors have their own limits.
    private var remainingBody: Int
    private let maxTrailerBytes: Int
    private let maxFields: Int
    private var state = State.size
    /// While reading the size, its value so far; then the bytes left of the chunk's data.
    private var remaining = 0
    private var digits = 0
    private var extensionBytes = 0
    private var pending: Bytes = []
    private var trailers: FieldLines

    var isDone: Bool { state == .done }

    /// Sixteen digits with a leading zero or fifteen without stay below 2^63.
    private static let maxDigits = 16

    init(_ strictness: Strictness, _ limits: FramingLimits) {
        self.strictness = strictness
        maxExtensionBytes = limits.maxChunkExtensionBytes
        remainingBody = strictness == .strict ? limits.maxBodyBytes : .max
        maxTrailerBytes = limits.maxTrailerBytes
        maxFields = limits.maxHeaderFields
        trailers = FieldLines(from: 0, limit: maxFields)
    }

    mutating func next(_ input: inout Slice) throws(BodyFramingError) -> BodyStep {
        while true {
            if state == .done { return .end }
            guard let byte = input.first else { return .more }
            switch state {
            case .data: return piece(&input)
            case .trailers:
                guard try readTrailers(&input) else { return .more }
            default:
                try take(byte)
                input.removeFirst()
            }
        }
    }

    /// Handles one byte, in the states that read single bytes.
    private mutating func take(_ byte: UInt8) throws(BodyFramingError) {
        switch state {
        case .size: try takeSize(byte)
        case .afterSize: try takeAfterSize(byte)
        case .extension: try takeExtension(byte)
        case .sizeLineFeed:
            guard byte == 0x0A else { throw .badChunkSize }
            guard remaining <= remainingBody else { throw .bodyTooLarge }
            remainingBody -= remaining
            state = remaining > 0 ? .data : .trailers
            digits = 0
        case .dataReturn:
            guard byte == 0x0D else { throw .chunkNotEnded }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { throw .chunkNotEnded }
            state = .size
        default: break
        }
    }

    private mutating func takeSize(_ byte: UInt8) throws(BodyFramingError) {
        if let digit = HexDigit.value(byte) {
            digits += 1
            guard digits <= ChunkDecoder.maxDigits, remaining < 1 << 59 else { throw .chunkTooLarge }
            remaining = remaining << 4 | Int(digit)
        } else {
            guard digits > 0 else { throw .badChunkSize }
            state = .afterSize
            try takeAfterSize(byte)
        }
    }

    /// After the digits: CRLF, or an extension with spaces before its semicolon.
    private mutating func takeAfterSize(_ byte: UInt8) throws(BodyFramingError) {
        switch byte {
        case 0x0D where pending.isEmpty || strictness == .padded:
            pending.removeAll()
            state = .sizeLineFeed
        case 0x3B:
            state = .extension
            try keepExtension(byte)
        case 0x20, 0x09: try keepExtension(byte)
        default: throw .badChunkSize
        }
    }

    private mutating func takeExtension(_ byte: UInt8) throws(BodyFramingError) {
        if byte == 0x0D {
            guard ChunkExtension.isLegal(pending.span) else { throw .badChunkExtension }
            pending.removeAll()
            state = .sizeLineFeed
        } else {
            guard Headers.isValueByte(byte) else { throw .badChunkExtension }
            try keepExtension(byte)
        }
    }

    private mutating func keepExtension(_ byte: UInt8) throws(BodyFramingError) {
        extensionBytes += 1
        guard extensionBytes <= maxExtensionBytes else { throw .chunkExtensionsTooLong }
        pending.append(byte)
    }

    private mutating func piece(_ input: inout Slice) -> BodyStep {
        let piece = input.prefix(remaining)
        input.removeFirst(piece.count)
        remaining -= piece.count
        if remaining == 0 { state = .dataReturn }
        return .piece(piece)
    }

    /// Reads the trailer section, usually only an empty line; true at its end.
    private mutating func readTrailers(_ input: inout Slice) throws(BodyFramingError) -> Bool {
        let before = pending.count
        let added = input.prefix(maxTrailerBytes - before)
        pending.append(contentsOf: added)
        let gathered = pending
        do throws(FieldLines.ParseError) {
            if try trailers.read(gathered.span) {
                input.removeFirst(trailers.cursor - before)
                pending = []
                state = .done
                return true
            }
        } catch {
            throw .trailer(error)
        }
        guard gathered.count < maxTrailerBytes else { throw .trailersTooLong }
        input.removeFirst(added.count)
        return false
    }
}

/// Decodes chunks in the content itself: clients of object stores send files that way, with a checksum at the end (`aws-chunked`).
package struct ChunkedContent: Sendable {
    private var decoder: ChunkDecoder

    package init(_ limits: Limits) { decoder = ChunkDecoder(.strict, FramingLimits(limits)) }

    /// The decoded bytes of `piece`, as slices of it.
    package mutating func decode(_ piece: Slice) throws(BodyFramingError) -> [Slice] {
        var (rest, cuts) = (piece, [Slice]())
        while case .piece(let cut) = try decoder.next(&rest) { cuts.append(cut) }
        return cuts
    }

    /// Whether the last chunk and the trailer have been read.
    package var isDone: Bool { decoder.isDone }
}
