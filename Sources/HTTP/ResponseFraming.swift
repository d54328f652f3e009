import Wire

/// What the fields of an answer say about its body and its connection (RFC 9112 §6.3, §9.3).
struct ResponseFraming {
    private(set) var body = BodyFraming.untilClose
    private(set) var keepsAlive: Bool

    private var length: Int64?
    private var isChunked = false
    private var asksToKeepAlive = false
    private var asksToClose = false
    private var responseError: ResponseError?

    /// - Parameter method: of the request; HEAD and CONNECT change what an answer may carry.
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
        // RFC 9112 §6.1: a chunked answer in HTTP/1.0 has come through something that does not understand it.
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

    /// The same length said twice, in one field or two, is no conflict (RFC 9110 §8.6).
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
