import Wire

/// The parts of a request target (RFC 9112 §3.2).
struct RequestTarget {
    var path: String
    var query: Slice = []
    /// Host and port of a target in absolute form, which overrides Host (RFC 9112 §3.2.2).
    var authority: String?

    static func read(_ text: Span<UInt8>, _ method: Method) throws(RequestError) -> RequestTarget {
        guard method != .connect else { throw .connectMethod }
        if text[0] == 0x2F { return try pathAndQuery(text, from: 0) }
        if text.count == 1, text[0] == 0x2A, method == .options { return RequestTarget(path: "*") }
        return try absolute(text, method)
    }

    private static func absolute(_ text: Span<UInt8>, _ method: Method) throws(RequestError) -> RequestTarget {
        let start: Int
        if ASCIIText.hasPrefix(text, "http://") {
            start = 7
        } else if ASCIIText.hasPrefix(text, "https://") {
            start = 8
        } else {
            throw .badTarget
        }
        var end = start
        while end < text.count, text[end] != 0x2F, text[end] != 0x3F { end += 1 }
        let authority = text.extracting(start..<end)
        guard HostText.isLegal(authority) else { throw .badHost }
        var target = try pathAndQuery(text, from: end)
        if end == text.count { target.path = method == .options ? "*" : "/" }
        if target.path.isEmpty { target.path = "/" }
        target.authority = ASCIIText.string(authority)
        return target
    }

    private static func pathAndQuery(_ text: Span<UInt8>, from start: Int) throws(RequestError) -> RequestTarget {
        var end = start
        while end < text.count, text[end] != 0x3F {
            if text[end] == 0x25 {
                guard end + 2 < text.count, HexDigit.value(text[end + 1]) != nil, HexDigit.value(text[end + 2]) != nil else {
                    throw .badTarget
                }
            }
            end += 1
        }
        let path = ASCIIText.string(text.extracting(start..<end))
        guard end + 1 < text.count else { return RequestTarget(path: path) }
        return RequestTarget(path: path, query: text.extracting((end + 1)...).withUnsafeBufferPointer { Bytes($0)[...] })
    }
}
