import Wire

/// The parts of a request line (RFC 9112 §3) as ranges of the input. Exactly one space separates them, and CRLF follows.
struct RequestLine {
    var method: Range<Int>
    var target: Range<Int>
    var version: HTTPVersion
    /// Offset of the first byte after the line.
    var end: Int

    /// Nil if the line is incomplete. An error is found at the same byte however the input is split.
    static func read(_ bytes: Span<UInt8>, from start: Int, _ limits: FramingLimits) throws(RequestError) -> RequestLine? {
        guard let methodEnd = try endOfMethod(bytes, from: start, limits.maxMethodBytes) else { return nil }
        guard let targetEnd = try endOfTarget(bytes, from: methodEnd + 1, limits.maxTargetBytes) else { return nil }
        let version = targetEnd + 1
        guard isHTTP(bytes, start..<methodEnd, target: (methodEnd + 1)..<targetEnd, version: version) else { throw .notHTTP }
        guard try isVersion(bytes, from: version) else { return nil }
        return RequestLine(
            method: start..<methodEnd, target: (methodEnd + 1)..<targetEnd,
            version: try known(major: bytes[version + 5], minor: bytes[version + 7]), end: version + 10)
    }

    private static func endOfMethod(_ bytes: Span<UInt8>, from start: Int, _ limit: Int) throws(RequestError) -> Int? {
        var place = start
        while place < bytes.count, Headers.isTokenByte(bytes[place]) {
            guard place - start < limit else { throw .methodTooLong }
            place += 1
        }
        guard place < bytes.count else { return nil }
        guard bytes[place] == 0x20, place > start else { throw bytes[place] == 0x0A ? .field(.bareLineFeed) : .badRequestLine }
        return place
    }

    private static func endOfTarget(_ bytes: Span<UInt8>, from start: Int, _ limit: Int) throws(RequestError) -> Int? {
        var place = start
        while place < bytes.count, isTargetByte(bytes[place]) {
            guard place - start < limit else { throw .targetTooLong }
            place += 1
        }
        guard place < bytes.count else { return nil }
        switch bytes[place] {
        case 0x20 where place > start: return place
        case 0x20, 0x0D: throw .badRequestLine
        case 0x0A: throw .field(.bareLineFeed)
        default: throw .badTarget
        }
    }

    /// False if neither the method, nor the target, nor the first letter of the version looks like HTTP/1.
    private static func isHTTP(_ bytes: Span<UInt8>, _ method: Range<Int>, target: Range<Int>, version: Int) -> Bool {
        guard version < bytes.count, bytes[version] | 0x20 != 0x68, bytes[version] > 0x20 else { return true }
        for place in target where bytes[place] == 0x2F || bytes[place] == 0x3A || bytes[place] == 0x2A { return true }
        return registeredMethods.contains(ASCIIText.string(bytes.extracting(method)))
    }

    /// RFC 9110 §9.3, RFC 5789.
    private static let registeredMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]

    /// Whether `HTTP/d.d CRLF` is there; false if it is incomplete.
    private static func isVersion(_ bytes: Span<UInt8>, from start: Int) throws(RequestError) -> Bool {
        let form: StaticString = "HTTP/d.d\r\n"
        for offset in 0..<10 {
            guard start + offset < bytes.count else { return false }
            let byte = bytes[start + offset]
            let isRight = offset == 5 || offset == 7 ? byte &- 0x30 < 10 : byte == form.utf8Start[offset]
            guard isRight else { throw byte == 0x0A ? .field(.bareLineFeed) : .badVersion }
        }
        return true
    }

    /// A higher minor version counts as HTTP/1.1 (RFC 9110 §2.5).
    private static func known(major: UInt8, minor: UInt8) throws(RequestError) -> HTTPVersion {
        guard major == 0x31 else { throw .unsupportedVersion }
        return minor == 0x30 ? .http10 : .http11
    }

    /// Visible ASCII except `"`, `#`, `<`, `>` and `\`. The characters `[ ] { } | ^` and the backtick are not in RFC 3986's grammar, yet
    /// browsers send them as they are (WHATWG URL §1.3), and none of them makes the end of the target ambiguous.
    static func isTargetByte(_ byte: UInt8) -> Bool { targetBytes.utf8Start[Int(byte)] != 0x23 }

    /// One character for each of the 256 bytes: itself if it is allowed in a target, else a number sign, which is not.
    private static let targetBytes: StaticString = """
        #################################!##$%&'()*+,-./0123456789:;#=#?\
        @ABCDEFGHIJKLMNOPQRSTUVWXYZ[#]^_`abcdefghijklmnopqrstuvwxyz{|}~#\
        ################################################################\
        ################################################################
        """
}

/// The protocol version of a message. The raw value is for logs.
package enum HTTPVersion: String, Sendable {
    case http10 = "HTTP/1.0"
    case http11 = "HTTP/1.1"
    case http2 = "HTTP/2"
}
