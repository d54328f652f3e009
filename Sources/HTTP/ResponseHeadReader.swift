import Wire

/// Reads one response head, final or interim: strictly first, and leniently only if that fails.
struct ResponseHeadReader {
    private var pending: Bytes = []
    /// How many bytes have been searched for the end of the head.
    private var searched = 0

    struct Found {
        var line: StatusLine
        var headers: Headers
        var isNonstandard: Bool
        var end: Int
    }

    var isEmpty: Bool { pending.isEmpty }

    /// Nil if the head is incomplete; all of the input is consumed then.
    mutating func read(_ input: inout Slice, _ limits: FramingLimits) throws(ResponseError) -> Found? {
        let before = pending.count
        let bytes: Slice
        if before == 0 {
            bytes = input.prefix(limits.maxHeaderBytes)
        } else {
            pending.append(contentsOf: input.prefix(limits.maxHeaderBytes - before))
            bytes = pending[...]
        }
        guard let end = ResponseHeadReader.end(bytes, searched) else {
            guard bytes.count < limits.maxHeaderBytes else { throw .headTooLong }
            searched = bytes.count
            if before == 0 { pending = Bytes(bytes) }
            input.removeFirst(input.count)
            return nil
        }
        input.removeFirst(end - before)
        return try ResponseHeadReader.parse(bytes.prefix(end), limits)
    }

    private static func parse(_ head: Slice, _ limits: FramingLimits) throws(ResponseError) -> Found {
        let bytes = head.span
        let start = lineEndingsInFront(bytes)
        var lineEnd = start
        while bytes[lineEnd] != 0x0A { lineEnd += 1 }
        let next = lineEnd + 1
        let isBare = lineEnd == start || bytes[lineEnd - 1] != 0x0D
        let line = try StatusLine(bytes.extracting(start..<(isBare ? lineEnd : lineEnd - 1)))
        var fields = FieldLines(from: next, limit: limits.maxHeaderFields)
        do throws(FieldLines.ParseError) {
            _ = try fields.read(bytes)
            return Found(line: line, headers: fields.headers(in: bytes), isNonstandard: isBare, end: head.count)
        } catch {
            guard error != .tooMany else { throw .tooManyFields }
            let headers = try LenientFieldParser.read(head.dropFirst(next), limit: limits.maxHeaderFields)
            return Found(line: line, headers: headers, isNonstandard: true, end: head.count)
        }
    }

    /// The offset after the empty line that ends the head; nil if it has not arrived.
    private static func end(_ slice: Slice, _ searched: Int) -> Int? {
        let bytes = slice.span
        var place = max(lineEndingsInFront(bytes), searched - 3)
        while place < bytes.count {
            place = nextLineFeed(bytes, from: place) + 1
            if place < bytes.count, bytes[place] == 0x0A { return place + 1 }
            if place + 1 < bytes.count, bytes[place] == 0x0D, bytes[place + 1] == 0x0A { return place + 2 }
        }
        return nil
    }

    /// One line end before the status line is ignored.
    private static func lineEndingsInFront(_ bytes: Span<UInt8>) -> Int {
        if bytes.count > 1, bytes[0] == 0x0D, bytes[1] == 0x0A { return 2 }
        return bytes.count > 0 && bytes[0] == 0x0A ? 1 : 0
    }

    private static func nextLineFeed(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while place + 16 <= bytes.count {
            let block = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
            if any(block .== 0x0A) { break }
            place += 16
        }
        while place < bytes.count, bytes[place] != 0x0A { place += 1 }
        return place
    }
}

/// A status line (RFC 9112 §4). The reason phrase is ignored, and may be missing together with its space.
struct StatusLine {
    var version: HTTPVersion
    var status: Int

    /// - Parameter line: without its line ending.
    init(_ line: Span<UInt8>) throws(ResponseError) {
        guard line.count >= 12, ASCIIText.hasPrefix(line, "http/"), line[6] == 0x2E, line[8] == 0x20 else { throw .badStatusLine }
        guard line[5] == 0x31 else { throw .unsupportedVersion }
        guard let status = ASCIIText.decimal(line.extracting(9..<12)), status >= 100, line.count == 12 || line[12] == 0x20 else {
            throw .badStatusLine
        }
        self.status = Int(status)
        version = line[7] == 0x30 ? .http10 : .http11
    }
}

/// Reads the field lines of a malformed response: lines ended by LF alone, folded lines, white space before the colon, lines that are not
/// fields. A connection with such a head is not reused.
enum LenientFieldParser {
    /// - Parameter lines: everything after the status line, with or without the empty line.
    static func read(_ lines: Slice, limit: Int) throws(ResponseError) -> Headers {
        var unfolded: [(name: Slice, value: Bytes)] = []
        for line in lines.split(separator: 0x0A) {
            let text = line.last == 0x0D ? line.dropLast() : line
            guard let first = text.first else { continue }
            if first == 0x20 || first == 0x09 {
                // RFC 9112 §5.2: a folded line continues the value of the previous field.
                guard !unfolded.isEmpty else { continue }
                unfolded[unfolded.count - 1].value += [0x20] + trimmed(text)
            } else if let colon = text.firstIndex(of: 0x3A) {
                unfolded.append((trimmed(text[..<colon]), Bytes(text[(colon + 1)...])))
            }
            guard unfolded.count <= limit else { throw .tooManyFields }
        }
        var headers = Headers()
        for field in unfolded where !headers.add(rawName: field.name, rawValue: field.value[...]) {
            // Fields that cannot be stored are dropped, unless they determine the framing.
            guard !isFramingField(field.name) else { throw .badField }
        }
        return headers
    }

    private static func isFramingField(_ name: Slice) -> Bool {
        let letters = String(decoding: name, as: UTF8.self).lowercased()
        return letters.contains("length") || letters.contains("encoding")
    }

    private static func trimmed(_ text: Slice) -> Slice {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let end = text.lastIndex { !isBlank($0) } ?? text.startIndex - 1
        return text[...end].drop(while: isBlank)
    }
}
