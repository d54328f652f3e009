import Wire

/// Writes heads and chunk framing in the wire format of HTTP/1.1. Framing fields are written from the framing alone; those in the caller's
/// headers are omitted, so that the two cannot differ.
package enum HeadWriter {
    /// Appends a request head.
    /// - Parameters:
    ///   - target: in wire format; checked for illegal bytes.
    ///   - authority: the value of Host.
    /// - Returns: false, with nothing written, if target or authority has illegal bytes.
    package static func appendRequest(
        _ method: Method, target: String, authority: String, _ headers: Headers, body: BodyFraming, keepsAlive: Bool = true,
        to bytes: inout Bytes
    ) -> Bool {
        guard isPlain(method.text), isPlain(target), isPlain(authority) else { return false }
        bytes.reserveCapacity(bytes.count + 512)
        bytes.append(contentsOf: method.text.utf8)
        bytes.append(0x20)
        bytes.append(contentsOf: target.utf8)
        append(" HTTP/1.1\r\nhost: ", to: &bytes)
        bytes.append(contentsOf: authority.utf8)
        append("\r\n", to: &bytes)
        var headers = headers
        headers.removeConnectionFields()
        headers.remove(.host)
        headers.appendLines(to: &bytes)
        switch body {
        case .none:
            // RFC 9110 §8.6: methods that define a body announce an empty one.
            if method == .post || method == .put || method == .patch { append("content-length: 0\r\n", to: &bytes) }
        case .length(let length): appendLength(length, to: &bytes)
        case .chunked, .untilClose: append("transfer-encoding: chunked\r\n", to: &bytes)
        }
        if !keepsAlive { append("connection: close\r\n", to: &bytes) }
        append("\r\n", to: &bytes)
        return true
    }

    /// Appends the head of a final response.
    /// - Parameters:
    ///   - body: `none` writes no framing field: for 204 and 304, and for HEAD if the length is unknown.
    ///   - date: the line that `dateLine` made, used unless the headers have one.
    ///   - version: of the request; an HTTP/1.0 response says if the connection stays open, an HTTP/1.1 response if it does not.
    package static func appendResponse(
        _ status: Int, _ headers: Headers, body: BodyFraming, date: Bytes, keepsAlive: Bool, to version: HTTPVersion,
        into bytes: inout Bytes
    ) {
        appendStatusLine(status, to: &bytes)
        var headers = headers
        headers.removeConnectionFields()
        headers.appendLines(to: &bytes)
        if !headers.has(.date) {
            bytes.append(contentsOf: date)
        }
        switch body {
        case .none, .untilClose: break
        case .length(let length): appendLength(length, to: &bytes)
        case .chunked: append("transfer-encoding: chunked\r\n", to: &bytes)
        }
        if !keepsAlive {
            append("connection: close\r\n\r\n", to: &bytes)
        } else if version == .http10 {
            append("connection: keep-alive\r\n\r\n", to: &bytes)
        } else {
            append("\r\n", to: &bytes)
        }
    }

    /// The line of a Date field (RFC 9110 §6.6.1), valid for one second.
    package static func dateLine(_ now: Timestamp) -> Bytes { Bytes("date: \(now.httpDate)\r\n".utf8) }

    /// `100 Continue`, the only interim response that we send.
    package static let `continue` = Bytes("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends the line before a chunk's data. `chunkEnd` follows the data.
    package static func appendChunkSize(_ size: Int, to bytes: inout Bytes) {
        var shift = max(0, (Int.bitWidth - size.leadingZeroBitCount - 1) / 4 * 4)
        while shift >= 0 {
            bytes.append(HexDigit.digit(UInt8(size >> shift & 15)))
            shift -= 4
        }
        append("\r\n", to: &bytes)
    }

    package static let chunkEnd = Bytes("\r\n".utf8)
    /// The last chunk with an empty trailer section.
    package static let lastChunk = Bytes("0\r\n\r\n".utf8)

    private static func appendStatusLine(_ status: Int, to bytes: inout Bytes) {
        if status == 200 { return append("HTTP/1.1 200 OK\r\n", to: &bytes) }
        precondition((100...999).contains(status), "a status has three digits")
        append("HTTP/1.1 ", to: &bytes)
        appendDecimal(Int64(status), to: &bytes)
        append(" ", to: &bytes)
        append(StatusText.of(status), to: &bytes)
        append("\r\n", to: &bytes)
    }

    private static func appendLength(_ length: Int64, to bytes: inout Bytes) {
        append("content-length: ", to: &bytes)
        appendDecimal(length, to: &bytes)
        append("\r\n", to: &bytes)
    }

    private static func appendDecimal(_ number: Int64, to bytes: inout Bytes) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = digits.count
            var rest = number.magnitude
            repeat {
                start -= 1
                digits[start] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: digits[start...])
        }
    }

    private static func append(_ text: StaticString, to bytes: inout Bytes) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Whether the text is not empty and all visible ASCII.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
