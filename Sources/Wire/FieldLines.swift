/// Parses header field lines strictly (RFC 9112 §5): each line is `name ":" OWS value OWS CRLF`, and an empty line ends them. It may be
/// called again with more bytes; the result does not depend on how they are split.
package struct FieldLines: Sendable {
    /// Why a field line is malformed. Each of these has been used to make two programs disagree on where a message ends (request
    /// smuggling).
    package enum ParseError: Error, Sendable, CaseIterable {
        case bareLineFeed
        case bareCarriageReturn
        /// The line begins with white space: obs-fold, or white space after the start line (RFC 9112 §2.2, §5.2).
        case folded
        case spaceBeforeColon
        /// Empty, without a colon, or with a byte that is not a token's.
        case badName
        case badValue
        case tooMany
    }

    /// Where the next unread line starts.
    package private(set) var cursor: Int
    private let start: Int
    private let limit: Int
    private var entries: [Headers.Entry] = []

    /// - Parameters:
    ///   - start: offset of the first line in the bytes that will be read.
    ///   - limit: the maximum number of fields.
    package init(from start: Int, limit: Int) {
        self.start = start
        self.limit = limit
        cursor = start
    }

    /// How many fields have been read.
    package var count: Int { entries.count }

    /// Reads all complete lines.
    /// - Parameter bytes: the bytes of the previous call, at the same offsets, and those after them.
    /// - Returns: true once the empty line has been read; `cursor` is after it. False if more bytes are needed.
    package mutating func read(_ bytes: Span<UInt8>) throws(ParseError) -> Bool {
        while cursor < bytes.count {
            if bytes[cursor] == 0x0D {
                guard cursor + 1 < bytes.count else { return false }
                guard bytes[cursor + 1] == 0x0A else { throw .bareCarriageReturn }
                cursor += 2
                return true
            }
            guard try readLine(bytes) else { return false }
        }
        return false
    }

    /// The parsed fields.
    /// - Parameter bytes: the bytes passed to `read`; copied once.
    package consuming func headers(in bytes: Span<UInt8>) -> Headers {
        var headers = Headers()
        headers.isWireForm = false
        headers.text = bytes.extracting(start..<cursor).withUnsafeBufferPointer { Bytes($0) }
        var text = headers.text.mutableSpan
        for entry in entries { ByteScan.lower(&text, entry.name) }
        headers.entries = entries
        return headers
    }

    /// Reads one line that is not empty; false if it is incomplete.
    private mutating func readLine(_ bytes: Span<UInt8>) throws(ParseError) -> Bool {
        var place = ByteScan.endOfToken(bytes, from: cursor)
        guard place < bytes.count else { return false }
        guard place > cursor, bytes[place] == 0x3A else { throw FieldLines.parseError(ofNameAt: cursor, endingAt: place, bytes) }
        let name = cursor..<place
        repeat { place += 1 } while place < bytes.count && FieldLines.isBlank(bytes[place])
        let value = place
        place = ByteScan.endOfValue(bytes, from: place)
        guard place < bytes.count else { return false }
        guard bytes[place] == 0x0D else { throw bytes[place] == 0x0A ? .bareLineFeed : .badValue }
        guard place + 1 < bytes.count else { return false }
        guard bytes[place + 1] == 0x0A else { throw .bareCarriageReturn }
        cursor = place + 2
        while place > value, FieldLines.isBlank(bytes[place - 1]) { place -= 1 }
        guard entries.count < limit else { throw .tooMany }
        if entries.isEmpty { entries.reserveCapacity(12) }
        entries.append(
            Headers.Entry(name: (name.lowerBound - start)..<(name.upperBound - start), value: (value - start)..<(place - start)))
        return true
    }

    private static func parseError(ofNameAt start: Int, endingAt place: Int, _ bytes: Span<UInt8>) -> ParseError {
        switch bytes[place] {
        case 0x20, 0x09: place == start ? .folded : .spaceBeforeColon
        case 0x0A: place == start ? .bareLineFeed : .badName
        default: .badName
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
