import Wire

/// Reads request heads, one after the other. A head that is complete in the input is read in place; one that arrives in parts is buffered
/// first.
struct HeadReader {
    private var pending: Bytes = []
    private var line: RequestLine?
    private var fields: FieldLines?

    var isEmpty: Bool { pending.isEmpty }

    /// Nil if the head is incomplete; all of the input is consumed then.
    mutating func read(_ input: inout Slice, _ limits: FramingLimits) throws(RequestError) -> (ParsedHead, RequestFraming)? {
        if pending.isEmpty {
            let window = input.prefix(limits.maxHeaderBytes)
            if let found = try read(window.span, limits) {
                input.removeFirst(found.end)
                line = nil
                return (found.head, found.framing)
            }
            pending = Bytes(input)
            input.removeFirst(input.count)
            return nil
        }
        let before = pending.count
        pending.append(contentsOf: input.prefix(limits.maxHeaderBytes - before))
        let gathered = pending
        if let found = try read(gathered.span, limits) {
            input.removeFirst(found.end - before)
            self = HeadReader()
            return (found.head, found.framing)
        }
        input.removeFirst(input.count)
        return nil
    }

    /// The path of the request line, if it could be read before an error.
    func path(_ input: Slice) -> String? {
        guard let line else { return nil }
        let head = pending.isEmpty ? input : pending[...]
        let target = head[(head.startIndex + line.target.lowerBound)..<(head.startIndex + line.target.upperBound)]
        return String(decoding: target.prefix { $0 != 0x3F }, as: UTF8.self)
    }

    /// The Origin field among the lines received before an error, legal or not.
    func origin(_ input: Slice) -> String? {
        let name = Bytes("origin:".utf8)
        for line in (pending.isEmpty ? input : pending[...]).split(separator: 0x0A).dropFirst() {
            if line == [0x0D] { return nil }
            guard line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 }) else { continue }
            let value = line.dropFirst(name.count).filter { ![0x09, 0x0D, 0x20].contains($0) }
            return value.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) ? String(decoding: value, as: UTF8.self) : nil
        }
        return nil
    }

    /// - Parameter bytes: the head received so far, at most as much as the limit allows.
    private mutating func read(
        _ bytes: Span<UInt8>, _ limits: FramingLimits
    ) throws(RequestError) -> (head: ParsedHead, framing: RequestFraming, end: Int)? {
        if line == nil, let start = try HeadReader.start(bytes) {
            line = try RequestLine.read(bytes, from: start, limits)
            if let line { fields = FieldLines(from: line.end, limit: limits.maxHeaderFields) }
        }
        guard let line, try readFields(bytes) else {
            guard bytes.count < limits.maxHeaderBytes else { throw line == nil ? .targetTooLong : .headTooLong }
            return nil
        }
        let method = HeadReader.method(bytes.extracting(line.method))
        let target = try RequestTarget.read(bytes.extracting(line.target), method)
        guard let fields = fields.take() else { return nil }
        let end = fields.cursor
        var headers = fields.headers(in: bytes)
        let framing = try RequestFraming(headers, line.version, mayLackHost: target.path == "*")
        // Host is checked above and then replaced: the host of the target is authoritative (RFC 9112 §3.2.2).
        if let authority = target.authority { headers.set(.host, authority) }
        let head = ParsedHead(
            method: method, path: target.path, queryText: target.query, headers: headers, version: line.version, body: framing.body)
        return (head, framing, end)
    }

    private mutating func readFields(_ bytes: Span<UInt8>) throws(RequestError) -> Bool {
        do throws(FieldLines.ParseError) {
            return try fields?.read(bytes) ?? false
        } catch {
            throw .field(error)
        }
    }

    /// Where the request line starts: one CRLF before it is ignored (RFC 9112 §2.2). Nil if it is not known yet.
    private static func start(_ bytes: Span<UInt8>) throws(RequestError) -> Int? {
        guard bytes.count > 0, bytes[0] == 0x0D else { return 0 }
        guard bytes.count > 1 else { return nil }
        guard bytes[1] == 0x0A else { throw .field(.bareCarriageReturn) }
        return 2
    }

    /// Common methods need no new string.
    static func method(_ bytes: Span<UInt8>) -> Method {
        switch bytes.count {
        case 3 where bytes[0] == 0x47 && bytes[1] == 0x45 && bytes[2] == 0x54: .get
        case 4 where bytes[0] == 0x50 && bytes[1] == 0x4F && bytes[2] == 0x53 && bytes[3] == 0x54: .post
        default: Method(ASCIIText.string(bytes))
        }
    }
}
