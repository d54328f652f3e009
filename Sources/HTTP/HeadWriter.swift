import Wire

/// Writes heads and chunk framing in the wire form of HTTP/1.1. The fields that frame a message are written from its framing alone: what the
/// caller's headers say about them is left out, so that the two can never differ.
package enum HeadWriter {
    /// Appends a request head.
    /// - Parameters:
    ///   - target: as it goes on the wire; must hold no byte that is illegal in a target, and is checked for that.
    ///   - authority: the value of Host.
    /// - Returns: false, with nothing written, if target or authority could be taken for something else on the wire.
    package static func appendRequest(
        _ method: Method, target: String, authority: String, _ headers: Headers, _ body: BodyFraming, keepsAlive: Bool = true,
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
            // RFC 9110 §8.6: methods that mean to have a body say so when it is empty.
            if method == .post || method == .put || method == .patch { append("content-length: 0\r\n", to: &bytes) }
        case .length(let length): appendLength(length, to: &bytes)
        case .chunked, .untilClose: append("transfer-encoding: chunked\r\n", to: &bytes)
        }
        if !keepsAlive { append("connection: close\r\n", to: &bytes) }
        append("\r\n", to: &bytes)
        return true
    }

    /// Appends the head of a final answer.
    /// - Parameters:
    ///   - body: `none` writes no framing field at all: for 204 and 304, and for HEAD where the length is not known.
    ///   - date: the value of Date, used unless the headers have one.
    ///   - version: of the request; HTTP/1.0 is told when the connection stays open, HTTP/1.1 when it does not.
    package static func appendResponse(
        _ status: Int, _ headers: Headers, _ body: BodyFraming, date: Bytes, keepsAlive: Bool, to version: HTTPVersion,
        into bytes: inout Bytes
    ) {
        appendStatusLine(status, to: &bytes)
        var headers = headers
        headers.removeConnectionFields()
        headers.appendLines(to: &bytes)
        if !headers.has(.date) {
            append("date: ", to: &bytes)
            bytes.append(contentsOf: date)
            append("\r\n", to: &bytes)
        }
        switch body {
        case .none, .untilClose: break
        case .length(let length): appendLength(length, to: &bytes)
        case .chunked: append("transfer-encoding: chunked\r\n", to: &bytes)
        }
        if !keepsAlive {
            append("connection: close\r\n", to: &bytes)
        } else if version == .http10 {
            append("connection: keep-alive\r\n", to: &bytes)
        }
        append("\r\n", to: &bytes)
    }

    /// `100 Continue`, the only interim answer we send.
    package static let `continue` = Bytes("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends what stands in front of a chunk's data. Behind the data comes `chunkEnd`.
    package static func appendChunkSize(_ size: Int, to bytes: inout Bytes) {
        var shift = max(0, (Int.bitWidth - size.leadingZeroBitCount - 1) / 4 * 4)
        while shift >= 0 {
            bytes.append(Hex.digit(UInt8(size >> shift & 15)))
            shift -= 4
        }
        append("\r\n", to: &bytes)
    }

    package static let chunkEnd = Bytes("\r\n".utf8)
    /// The last chunk with an empty trailer section.
    package static let lastChunk = Bytes("0\r\n\r\n".utf8)

    private static func appendStatusLine(_ status: Int, to bytes: inout Bytes) {
        append("HTTP/1.1 ", to: &bytes)
        precondition((100...999).contains(status), "a status has three digits")
        bytes.append(0x30 + UInt8(status / 100))
        bytes.append(0x30 + UInt8(status / 10 % 10))
        bytes.append(0x30 + UInt8(status % 10))
        bytes.append(0x20)
        append(StatusText.of(status), to: &bytes)
        append("\r\n", to: &bytes)
    }

    private static func appendLength(_ length: Int64, to bytes: inout Bytes) {
        append("content-length: ", to: &bytes)
        let start = bytes.count
        var rest = length
        repeat {
            bytes.append(0x30 + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
        append("\r\n", to: &bytes)
    }

    private static func append(_ text: StaticString, to bytes: inout Bytes) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Visible ASCII only, and something of it.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
