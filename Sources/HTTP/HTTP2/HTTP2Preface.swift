import Wire

/// The bytes that every HTTP/2 client sends first (RFC 9113 §3.4). They are not a valid HTTP/1.1 request.
package enum HTTP2Preface {
    package static let bytes = Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Whether a connection that begins with these bytes may be HTTP/2; also true without any bytes.
    package static func mayBegin(_ input: Slice) -> Bool {
        guard input.first == 0x50 || input.isEmpty else { return false }
        return input.prefix(bytes.count).elementsEqual(bytes.prefix(input.count))
    }

    /// Whether the input begins with the first line of the preface: the client speaks HTTP/2 and can get an HTTP/2 error.
    package static func hasPrefaceLine(_ input: Slice) -> Bool { input.starts(with: bytes.prefix(line)) }

    /// `PRI * HTTP/2.0` and its line end.
    private static let line = 16

    package static func begins(_ input: Slice) -> Bool { input.count >= bytes.count && mayBegin(input) }
}
