import Wire

/// The framing and the connection options of a response, from its fields (RFC 9112 §6.3, §9.3).
struct ResponseFraming {
    private(set) var body = BodyFraming.untilClose
    private(set) var keepsAlive: Bool

    private var length: Int64?
    private var isChunked = false
    private var asksToKeepAlive = false
    private var asksToClose = false
    private var responseError: ResponseError?

    /// - Parameter method: of the request; responses to HEAD and CONNECT have no body.
    init(_ line: StatusLine, _ headers: Headers, to method: Method) throws(ResponseError) {
        keepsAlive = true
        headers.forEachSpan { name, value in
            if responseError == nil { responseError = read(name, value) }
        }
        if let responseError { throw responseError }
        let isTunnel = method == .connect && (200...299).contains(line.status)
        if isTunnel || method == .head || line.status < 200 || line.status == 204 || line.status == 304 {
            body = .none
        } else {
            guard !isChunked || length == nil else { throw .lengthAndTransferEncoding }
            if let length { body = .length(length) }
            if isChunked { body = .chunked }
        }
        // RFC 9112 §6.1: a chunked HTTP/1.0 response came through an intermediary that does not understand chunks.
        let persistsByDefault = line.version != .http10 || asksToKeepAlive && !isChunked
        keepsAlive = !asksToClose && persistsByDefault && body != .untilClose
    }

    private mutating func read(_ name: Span<UInt8>, _ value: Span<UInt8>) -> ResponseError? {
        switch name.count {
        case 10 where ASCIIText.isEqual(name, "connection"):
            if ASCIIText.list(value, has: "close") { asksToClose = true }
            if ASCIIText.list(value, has: "keep-alive") { asksToKeepAlive = true }
        case 14 where ASCIIText.isEqual(name, "content-length"): return readLength(value)
        case 17 where ASCIIText.isEqual(name, "transfer-encoding"):
            guard !isChunked, ASCIIText.isEqual(value, "chunked") else { return .unknownTransferCoding }
            isChunked = true
        default: break
        }
        return nil
    }

    /// A repeated length, in one field or two, is accepted if it is the same (RFC 9110 §8.6).
    private mutating func readLength(_ value: Span<UInt8>) -> ResponseError? {
        var responseError: ResponseError?
        ASCIIText.members(value) { member in
            guard let number = ASCIIText.decimal(value.extracting(member)) else {
                responseError = .badContentLength
                return
            }
            if let length, length != number { responseError = .contentLengthsDiffer }
            length = number
        }
        return responseError
    }
}
