import Wire

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
