/// Splits a body at its boundary. The first boundary line decides whether lines end with CR LF or with LF alone: in a body with CR LF, a
/// bare LF before the boundary is content.
struct MultipartReader {
    private let body: Slice
    private let boundary: Bytes
    private let limits: Limits
    private var lineEnd: Bytes = [0x0D, 0x0A]
    private var delimiter: Bytes = []
    private var position: Int
    private var part = 0

    private enum Line { case opens, closes, content }

    init(body: Slice, boundary: Bytes, limits: Limits) {
        self.body = body
        self.boundary = Bytes("--".utf8) + boundary
        self.limits = limits
        position = body.startIndex
    }

    mutating func fields() throws(Multipart.ParseError) -> [FormField] {
        var fields: [FormField] = []
        var isOpen = try skipPreamble()
        delimiter = lineEnd + boundary
        while isOpen {
            part += 1
            guard part <= limits.maxFormFields else { throw .tooManyParts(limit: limits.maxFormFields) }
            var field = try headers()
            let start = position
            let (end, line) = try nextDelimiter(from: start)
            field.content = body[start..<end]
            fields.append(field)
            isOpen = line == .opens
        }
        return fields
    }

    /// Skips the first boundary line; false if it is the closing one.
    private mutating func skipPreamble() throws(Multipart.ParseError) -> Bool {
        var start: Int? = body.continues(with: boundary, at: body.startIndex) ? body.startIndex : nil
        if start == nil { start = lineStart(from: body.startIndex) }
        while let here = start {
            position = here + boundary.count
            switch line() {
            case .opens: return true
            case .closes: return false
            case .content: start = lineStart(from: here)
            }
        }
        throw .noDelimiter
    }

    private func lineStart(from index: Int) -> Int? { body.firstIndex(of: [0x0A] + boundary, from: index).map { $0 + 1 } }

    private mutating func nextDelimiter(from start: Int) throws(Multipart.ParseError) -> (end: Int, line: Line) {
        var from = start
        while let end = body.firstIndex(of: delimiter, from: from) {
            position = end + delimiter.count
            let line = line()
            if line != .content { return (end, line) }
            from = end + 1
        }
        throw .cutOff
    }

    /// The kind of boundary line, from the bytes after the boundary; skips the line end if it opens a part. White space is allowed (RFC
    /// 2046 §5.1.1); with anything else, it is content that begins like the boundary.
    private mutating func line() -> Line {
        if body.continues(with: "--".utf8, at: position) { return .closes }
        let end = body[position...].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? body.endIndex
        let ends: [Bytes] = delimiter.isEmpty ? [[0x0D, 0x0A], [0x0A]] : [lineEnd]
        guard let found = ends.first(where: { body.continues(with: $0, at: end) }) else { return .content }
        lineEnd = found
        position = end + found.count
        return .opens
    }

    /// Reads the headers of a part, in any order, up to the empty line. Unknown headers are ignored (RFC 7578 §4.8).
    private mutating func headers() throws(Multipart.ParseError) -> FormField {
        let window = body[position...].prefix(limits.maxPartHeaderBytes)
        var disposition: ParameterField?
        var type: MediaType?
        while true {
            guard let end = window.firstIndex(of: lineEnd, from: position) else { throw unfinishedHeaders(window) }
            let line = window[position..<end]
            position = end + lineEnd.count
            if line.isEmpty { return try field(disposition, type) }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.allSatisfy(Headers.isValueByte) else {
                throw .unreadableHeaders(part: part)
            }
            let value = line[(colon + 1)...]
            switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
            case "content-disposition":
                guard disposition == nil, let field = ParameterField(parsing: value) else { throw .unreadableHeaders(part: part) }
                disposition = field
            case "content-type":
                type = MediaType(field: String(decoding: value, as: UTF8.self))
                if let charset = ParameterField(parsing: value)?["charset"], !MediaType.isUTF8(charset: charset) {
                    throw .charset(part: part, charset)
                }
            case "content-transfer-encoding":
                let encoding = ParameterField(parsing: value)?.value ?? ""
                guard ["binary", "8bit", "7bit"].contains(encoding) else { throw .transferEncoding(part: part) }
            default: continue
            }
        }
    }

    private func unfinishedHeaders(_ window: Slice) -> Multipart.ParseError {
        window.endIndex == body.endIndex ? .cutOff : .headersTooLarge(part: part, limit: limits.maxPartHeaderBytes)
    }

    private func field(_ disposition: ParameterField?, _ type: MediaType?) throws(Multipart.ParseError) -> FormField {
        guard let disposition, disposition.value == "form-data" else { throw .noName(part: part) }
        if let name = disposition.bytes("name"), JSONScan.firstNotUTF8(Bytes(name)) != nil { throw .unreadableName(part: part) }
        guard let name = text("name", of: disposition) else { throw .noName(part: part) }
        return FormField(name: name, filename: text("filename", of: disposition), type: type, content: [])
    }

    private func text(_ parameter: String, of disposition: ParameterField) -> String? {
        disposition.extended(parameter) ?? disposition[parameter].map(unescaped)
    }

    /// Browsers and most SDKs write exactly these three characters as `%22`, `%0D` and `%0A`, and a percent sign as itself (WHATWG HTML
    /// §4.10.21.8).
    private func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var result = Bytes()
        var rest = Bytes(text.utf8)[...]
        while let byte = rest.popFirst() {
            let escape = byte == UInt8(ascii: "%") ? String(decoding: rest.prefix(2), as: UTF8.self).uppercased() : ""
            switch escape {
            case "22": result.append(0x22)
            case "0D": result.append(0x0D)
            case "0A": result.append(0x0A)
            default:
                result.append(byte)
                continue
            }
            rest = rest.dropFirst(2)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
