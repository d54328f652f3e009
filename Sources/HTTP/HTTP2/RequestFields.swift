import Wire

/// Collects the fields of one HTTP/2 request (RFC 9113 §8.3) and makes the same head of them as HTTP/1.1 would, under the same rules.
///
/// libnghttp2 has already checked that names and values are legal, that pseudo-fields come first and once each, and that there are no
/// connection-specific fields. Everything else is checked here.
struct RequestFields {
    private(set) var method: Method?
    private var target: Bytes = []
    private var authority: Bytes?
    private var headers = Headers()
    private var hasHost = false
    /// The cookie fields, joined (RFC 9113 §8.2.3).
    private var cookies: Bytes = []
    private var count = 0
    private var bytes = 0
    private var requestError: RequestError?

    /// A head that exceeds its limit by this factor is not read to its end.
    private static let overrunFactor = 4

    /// - Returns: false if the head exceeds `overrunFactor`.
    mutating func take(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, limits: FramingLimits) -> Bool {
        bytes += name.count + value.count + 4
        if name[0] != 0x3A { count += 1 }
        if bytes > limits.maxHeaderBytes { requestError = requestError ?? .headTooLong }
        if count > limits.maxHeaderFields { requestError = requestError ?? .field(.tooMany) }
        if requestError != nil, name[0] != 0x3A {
            return bytes <= limits.maxHeaderBytes * RequestFields.overrunFactor
                && count <= limits.maxHeaderFields * RequestFields.overrunFactor
        }
        if name[0] == 0x3A { takePseudo(name, value, limits: limits) } else { takeField(name, value) }
        return true
    }

    /// The library has rejected repeated and unknown pseudo-fields.
    private mutating func takePseudo(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, limits: FramingLimits) {
        switch name.count {
        case 5 where name[1] == 0x70:  // :path
            guard value.count <= limits.maxTargetBytes else { return reject(.targetTooLong) }
            target = Bytes(value)
        case 7 where name[1] == 0x6D:  // :method
            guard value.count <= limits.maxMethodBytes else { return reject(.methodTooLong) }
            method = HeadReader.method(value.span)
        case 7:  // :scheme
            guard ASCIIText.isEqual(value.span, "http") || ASCIIText.isEqual(value.span, "https") else { return reject(.badTarget) }
        case 10: authority = Bytes(value)
        default: reject(.field(.badName))
        }
    }

    private mutating func takeField(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        if headers.isEmpty { addAuthority() }
        if ASCIIText.isEqual(name.span, "cookie") {
            if !cookies.isEmpty { cookies += [0x3B, 0x20] }
            return cookies.append(contentsOf: value)
        }
        if ASCIIText.isEqual(name.span, "host"), let authority {
            // One of the two is enough. If they differ, the target of the request is ambiguous (RFC 9113 §8.3.1).
            guard !hasHost else { return reject(.hostRepeated) }
            guard ASCIIText.isEqual(value.span, authority.span) else { return reject(.hostDiffers) }
            hasHost = true
            return
        }
        if !headers.add(name: name, value: value) { reject(.field(.badValue)) }
    }

    /// Sets the Host field, where handlers look for the authority.
    private mutating func addAuthority() {
        guard let authority else { return }
        let host: StaticString = "host"
        let isLegal = authority.withUnsafeBufferPointer { value in
            headers.add(name: UnsafeBufferPointer(start: host.utf8Start, count: host.utf8CodeUnitCount), value: value)
        }
        if !isLegal { reject(.badHost) }
    }

    private mutating func reject(_ requestError: RequestError) { self.requestError = self.requestError ?? requestError }

    /// Percent-encoded, without the query; for the response to a rejected request.
    var path: String? {
        target.isEmpty || target[0] != 0x2F ? nil : String(decoding: target.prefix { $0 != 0x3F }, as: UTF8.self)
    }

    /// The Origin field, if it was received before the error.
    var origin: String? { headers[.origin] }

    /// - Parameter hasEnded: whether the request has no body.
    mutating func head(hasEnded: Bool) throws(RequestError) -> (head: ParsedHead, expectsContinue: Bool) {
        if headers.isEmpty { addAuthority() }
        if let requestError { throw requestError }
        guard let method, method != .connect else { throw .connectMethod }
        for byte in target where !RequestLine.isTargetByte(byte) { throw .badTarget }
        let named = try RequestTarget.read(target.span, method)
        if !cookies.isEmpty { headers.add("cookie", String(decoding: cookies, as: UTF8.self)) }
        let framing = try RequestFraming(headers, .http2, mayLackHost: named.path == "*")
        var body = framing.body
        if hasEnded { body = .none } else if body == .none, !headers.has(.contentLength) { body = .chunked }
        let head = ParsedHead(
            method: method, path: named.path, queryText: named.query, headers: headers, version: .http2, body: body)
        return (head, framing.expectsContinue && body != .none)
    }
}
