import Wire

/// The framing and the connection options of a request, from its fields (RFC 9112 §6.3, §9.3; RFC 9110 §7.2, §10.1.1).
struct RequestFraming {
    private(set) var body = BodyFraming.none
    private(set) var keepsAlive: Bool
    private(set) var expectsContinue = false

    private let version: HTTPVersion
    private var hosts = 0
    private var length: Int64?
    private var isChunked = false
    private var asksToKeepAlive = false
    private var asksToClose = false
    private var requestError: RequestError?

    /// - Parameter mayLackHost: whether the target is `*`, for which Host may be empty.
    init(_ headers: Headers, _ version: HTTPVersion, mayLackHost: Bool) throws(RequestError) {
        self.version = version
        keepsAlive = version != .http10
        headers.forEachSpan { name, value in
            if requestError == nil { requestError = read(name, value, mayLackHost: mayLackHost) }
        }
        if let requestError { throw requestError }
        guard hosts > 0 || version == .http10 else { throw .hostMissing }
        guard !isChunked || length == nil else { throw .lengthAndTransferEncoding }
        if isChunked { body = .chunked }
        if let length, length > 0 { body = .length(length) }
        keepsAlive = !asksToClose && (version != .http10 || asksToKeepAlive)
        // In HTTP/2, a flag says whether there is a body, not a field.
        expectsContinue = expectsContinue && (body != .none || version == .http2)
    }

    private mutating func read(_ name: Span<UInt8>, _ value: Span<UInt8>, mayLackHost: Bool) -> RequestError? {
        switch name.count {
        case 4 where ASCIIText.isEqual(name, "host"): readHost(value, mayLackHost)
        case 6 where ASCIIText.isEqual(name, "expect"): readExpectation(value)
        case 10 where ASCIIText.isEqual(name, "connection"): readConnection(value)
        case 14 where ASCIIText.isEqual(name, "content-length"): readLength(value)
        case 17 where ASCIIText.isEqual(name, "transfer-encoding"): readTransferEncoding(value)
        default: nil
        }
    }

    private mutating func readHost(_ value: Span<UInt8>, _ mayLackHost: Bool) -> RequestError? {
        hosts += 1
        guard hosts == 1 else { return .hostRepeated }
        return HostText.isLegal(value) || mayLackHost && value.isEmpty ? nil : .badHost
    }

    /// Ignored from HTTP/1.0 clients (RFC 9110 §10.1.1).
    private mutating func readExpectation(_ value: Span<UInt8>) -> RequestError? {
        guard version != .http10 else { return nil }
        expectsContinue = ASCIIText.isEqual(value, "100-continue")
        return expectsContinue ? nil : .unknownExpectation
    }

    private mutating func readConnection(_ value: Span<UInt8>) -> RequestError? {
        if ASCIIText.list(value, has: "close") { asksToClose = true }
        if ASCIIText.list(value, has: "keep-alive") { asksToKeepAlive = true }
        return nil
    }

    private mutating func readLength(_ value: Span<UInt8>) -> RequestError? {
        guard length == nil else { return .contentLengthRepeated }
        length = ASCIIText.decimal(value)
        return length == nil ? .badContentLength : nil
    }

    private mutating func readTransferEncoding(_ value: Span<UInt8>) -> RequestError? {
        guard version != .http10 else { return .transferEncodingInHTTP10 }
        guard !isChunked else { return .transferEncodingRepeated }
        isChunked = ASCIIText.isEqual(value, "chunked")
        guard !isChunked else { return nil }
        return ASCIIText.endsWithChunked(value) ? .unknownTransferCoding : .transferCodingNotLastChunked
    }
}
