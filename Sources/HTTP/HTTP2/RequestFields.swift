import Wire

/// Gathers the fields of one HTTP/2 request (RFC 9113 §8.3) and makes of them the head that HTTP/1.1 would have given, under its rules.
///
/// libnghttp2 has checked by then that names and values are legal, pseudo-fields come first and once each, and no field speaks of the
/// connection. What it leaves open is refused here.
struct RequestFields {
    private(set) var method: Method?
    private var target: Bytes = []
    private var authority: Bytes?
    private var headers = Headers()
    private var hostIsGiven = false
    /// Crumbs of the cookie field, joined (RFC 9113 §8.2.3).
    private var cookies: Bytes = []
    private var count = 0
    private var bytes = 0
    private var refusal: Refusal?

    /// A head this many times as large as is allowed is not even read to its end.
    private static let patience = 4

    /// - Returns: false if there is far too much of it.
    mutating func take(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ limits: FramingLimits) -> Bool {
        bytes += name.count + value.count + 4
        if name[0] != 0x3A { count += 1 }
        if bytes > limits.headBytes { refusal = refusal ?? .headTooLong }
        if count > limits.headerFields { refusal = refusal ?? .field(.tooMany) }
        if refusal != nil, name[0] != 0x3A {
            return bytes <= limits.headBytes * RequestFields.patience && count <= limits.headerFields * RequestFields.patience
        }
        if name[0] == 0x3A { takePseudo(name, value, limits) } else { takeField(name, value) }
        return true
    }

    /// Any of them is at most once here: the library refuses a second one, and unknown ones.
    private mutating func takePseudo(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ limits: FramingLimits) {
        switch name.count {
        case 5 where name[1] == 0x70:  // :path
            guard value.count <= limits.targetBytes else { return refuse(.targetTooLong) }
            target = Bytes(value)
        case 7 where name[1] == 0x6D:  // :method
            guard value.count <= limits.methodBytes else { return refuse(.methodTooLong) }
            method = HeadReader.method(value.span)
        case 7:  // :scheme
            guard Text.isEqual(value.span, "http") || Text.isEqual(value.span, "https") else { return refuse(.badTarget) }
        case 10: authority = Bytes(value)
        default: refuse(.field(.badName))
        }
    }

    private mutating func takeField(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        if headers.isEmpty { addAuthority() }
        if Text.isEqual(name.span, "cookie") {
            if !cookies.isEmpty { cookies += [0x3B, 0x20] }
            return cookies.append(contentsOf: value)
        }
        if Text.isEqual(name.span, "host"), let authority {
            // One of the two is enough for us, and two that differ are a doubt about whom the request is for (RFC 9113 §8.3.1).
            guard !hostIsGiven else { return refuse(.hostRepeated) }
            guard Text.isEqual(value.span, authority.span) else { return refuse(.hostDiffers) }
            return hostIsGiven = true
        }
        if !headers.add(name: name, value: value) { refuse(.field(.badValue)) }
    }

    /// Handlers find the authority where HTTP/1.1 has it.
    private mutating func addAuthority() {
        guard let authority else { return }
        let host: StaticString = "host"
        let isLegal = authority.withUnsafeBufferPointer { value in
            headers.add(name: UnsafeBufferPointer(start: host.utf8Start, count: host.utf8CodeUnitCount), value: value)
        }
        if !isLegal { refuse(.badHost) }
    }

    private mutating func refuse(_ refusal: Refusal) { self.refusal = self.refusal ?? refusal }

    /// Percent-encoded, without the query, for whoever words a refusal.
    var path: String? {
        target.isEmpty || target[0] != 0x2F ? nil : String(decoding: target.prefix { $0 != 0x3F }, as: UTF8.self)
    }

    /// The Origin field, if it had come before something went wrong.
    var origin: String? { headers[.origin] }

    /// - Parameter hasEnded: there is no body.
    mutating func head(hasEnded: Bool) throws(Refusal) -> (head: ParsedHead, expectsContinue: Bool) {
        if headers.isEmpty { addAuthority() }
        if let refusal { throw refusal }
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
