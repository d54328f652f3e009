import Wire

/// What every HTTP/2 client says first (RFC 9113 §3.4). It was chosen so that no HTTP/1.1 server takes it for a request.
package enum HTTP2Preface {
    package static let bytes = Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    /// Whether a connection that begins with these bytes may still turn out to be HTTP/2; also true of no bytes at all.
    package static func mayBegin(_ input: Slice) -> Bool {
        guard input.first == 0x50 || input.isEmpty else { return false }
        return input.prefix(bytes.count).elementsEqual(bytes.prefix(input.count))
    }

    /// Whether the line is the preface's, whatever follows it: the client speaks HTTP/2, and is told there what is wrong.
    package static func hasPrefaceLine(_ input: Slice) -> Bool { input.starts(with: bytes.prefix(line)) }

    /// `PRI * HTTP/2.0` and its line end.
    private static let line = 16

    package static func begins(_ input: Slice) -> Bool { input.count >= bytes.count && mayBegin(input) }
}
