/// Parses a URL or a reference (RFC 3986 §3, §5.2).
struct URLParser {
    private let text: Slice

    /// - Throws: for illegal characters. Browsers drop line breaks and read a backslash as a slash, so both are rejected.
    init(_ text: String, limit: Int) throws(URLText.ParseError) {
        let text = Bytes(text.utf8)[...]
        guard text.count <= limit else { throw .tooLong(limit: limit) }
        let illegal = text.firstIndex { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }
        if let illegal { throw .illegalCharacter(offset: illegal) }
        if text.first == 0x20 { throw .illegalCharacter(offset: 0) }
        if text.last == 0x20 { throw .illegalCharacter(offset: text.count - 1) }
        self.text = text.prefix { $0 != UInt8(ascii: "#") }
    }

    func absolute() throws(URLText.ParseError) -> URLText {
        for (scheme, prefix) in URLParser.schemes {
            if text.prefix(prefix.count).elementsEqual(prefix, by: { lowered($0) == $1 }) {
                return try behindScheme(scheme, text.dropFirst(prefix.count))
            }
        }
        throw .otherScheme
    }

    func resolved(against base: URLText) throws(URLText.ParseError) -> URLText {
        if hasScheme { return try absolute() }
        if text.starts(with: "//".utf8) { return try behindScheme(base.scheme, text.dropFirst(2)) }
        let (path, query) = halves(text)
        if path.isEmpty { return copy(of: base, path: base.path, query: query ?? base.query) }
        if path.first == UInt8(ascii: "/") { return copy(of: base, path: normalized(path), query: query) }
        let folder = base.path.utf8.prefix(through: base.path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? base.path.utf8.startIndex)
        return copy(of: base, path: normalized(Bytes(folder)[...] + path), query: query)
    }

    private static let schemes = [URLText.Scheme.https, .http].map { ($0, Bytes("\($0.rawValue)://".utf8)) }

    /// A letter, then letters, digits, `+`, `-`, `.`, then a colon (RFC 3986 §3.1).
    private var hasScheme: Bool {
        guard let end = text.firstIndex(where: { !isSchemeByte($0) }), text[end] == UInt8(ascii: ":") else { return false }
        return end > text.startIndex && (0x61...0x7A).contains(lowered(text[text.startIndex]))
    }

    private func isSchemeByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(lowered(byte)) || (0x30...0x39).contains(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E
    }

    private func behindScheme(_ scheme: URLText.Scheme, _ rest: Slice) throws(URLText.ParseError) -> URLText {
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard !authority.contains(UInt8(ascii: "@")) else { throw .userInfo }
        let hostEnd = authority.first == UInt8(ascii: "[") ? authority.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } : nil
        let colon = authority[(hostEnd ?? authority.startIndex)...].firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
        let host = try URLHost(authority[..<colon])
        let port = try port(authority[colon...].dropFirst(), of: scheme)
        let (path, query) = halves(rest[authority.endIndex...])
        return URLText(scheme: scheme, host: host, port: port, path: normalized(path), query: query)
    }

    private func port(_ digits: Slice, of scheme: URLText.Scheme) throws(URLText.ParseError) -> Int {
        if digits.isEmpty { return scheme.port }
        guard digits.count <= 5, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .illegalPort }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        guard (1...65535).contains(port) else { throw .illegalPort }
        return port
    }

    private func copy(of base: URLText, path: String, query: String?) -> URLText {
        URLText(scheme: base.scheme, host: base.host, port: base.port, path: path, query: query)
    }

    private func halves(_ text: Slice) -> (path: Slice, query: String?) {
        guard let mark = text.firstIndex(of: UInt8(ascii: "?")) else { return (text, nil) }
        return (text[..<mark], encoded(text[(mark + 1)...]))
    }

    /// A path that is empty or begins with a slash, without its dot segments (RFC 3986 §5.2.4) and never empty.
    private func normalized(_ path: Slice) -> String {
        if URLParser.isPlain(path) { return String(decoding: path, as: UTF8.self) }
        var kept: [Slice] = []
        var endsInFolder = false
        for segment in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            endsInFolder = segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8)
            if !endsInFolder { kept.append(segment) } else if segment.count == 2 { _ = kept.popLast() }
        }
        if endsInFolder { kept.append([]) }
        return "/" + kept.map(encoded).joined(separator: "/")
    }

    /// Whether a path is normalized already, as usual: no dot after a slash, nothing to encode.
    private static func isPlain(_ path: Slice) -> Bool {
        var before: UInt8 = 0
        for byte in path {
            if !isLegal(byte) || before == UInt8(ascii: "/") && byte == UInt8(ascii: ".") { return false }
            before = byte
        }
        return !path.isEmpty
    }

    /// Percent-encodes what RFC 3986 does not allow but people write: spaces, other scripts, `"<>^{|}` and the backtick.
    private func encoded(_ text: Slice) -> String {
        Percent.encoded(text, keeping: URLParser.isLegal)
    }

    private static func isLegal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x3C, 0x3E, 0x5E, 0x60, 0x7B...0x7D: false
        default: byte > 0x20 && byte < 0x7F
        }
    }

    private func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
