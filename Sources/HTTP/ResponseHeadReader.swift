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
