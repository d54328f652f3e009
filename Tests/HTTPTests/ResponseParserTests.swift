import Testing
import Wire

@testable import HTTP

struct ResponseParserTests {
    /// What came out, as one line: interim statuses, `status framing`, the body in brackets, and how it ended.
    private static func read(_ parts: [Slice], to method: Method = .get, _ limits: Limits = Limits()) -> String {
        var parser = ResponseParser(to: method, limits)
        var said: [String] = []
        var body = Bytes()
        func ended(_ text: String) -> String {
            let sent = body.isEmpty ? [] : ["[\(String(decoding: body, as: UTF8.self))]"]
            return (said + sent + [text]).joined(separator: " ")
        }
        for part in parts {
            var input = part
            reading: while true {
                switch parser.next(&input) {
                case .more: break reading
                case .interim(let status): said.append("\(status)")
                case .head(let head): said.append("\(head.status) \(head.body)")
                case .piece(let piece): body += piece
                case .end: return ended(parser.keepsAlive ? "end keep" : "end close")
                case .failed(let flaw): return ended("\(flaw)".replacing("HTTP.BodyFramingError.", with: ""))
                }
            }
        }
        switch parser.finish() {
        case .end: return ended("end with the connection")
        case .failed(let flaw): return ended("\(flaw)")
        case let event: return ended("\(event)")
        }
    }

    struct Example: Sendable, CustomStringConvertible {
        let name: String
        let text: String
        let method: Method
        let outcome: String

        init(_ name: String, _ text: String, to method: Method = .get, gives outcome: String) {
            (self.name, self.text, self.method, self.outcome) = (name, text, method, outcome)
        }

        var description: String { name }
        var bytes: Slice { Bytes(text.utf8)[...] }
    }

    private static let ok = "HTTP/1.1 200 OK\r\n"

    static let examples: [Example] = framed + bodiless + odd + broken

    static let framed = [
        Example("counted", ok + "Content-Length: 3\r\n\r\nabc", gives: "200 length(3) [abc] end keep"),
        Example("counted and more behind it", ok + "Content-Length: 3\r\n\r\nabcdef", gives: "200 length(3) [abc] end keep"),
        Example("length zero", ok + "Content-Length: 0\r\n\r\n", gives: "200 length(0) end keep"),
        Example("chunked", ok + "Transfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nX: y\r\n\r\n", gives: "200 chunked [abc] end keep"),
        Example("until the connection ends", ok + "\r\nabc", gives: "200 untilClose [abc] end with the connection"),
        Example("until the connection ends, nothing", ok + "\r\n", gives: "200 untilClose end with the connection"),
        Example("asked to close", ok + "Connection: close\r\nContent-Length: 1\r\n\r\na", gives: "200 length(1) [a] end close"),
        Example("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", gives: "200 length(1) [a] end close"),
        Example(
            "HTTP/1.0 that stays", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na",
            gives: "200 length(1) [a] end keep"),
        Example(
            "chunked in HTTP/1.0", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            gives: "200 chunked end close"),
        Example(
            "the same length twice", ok + "Content-Length: 3\r\nContent-Length: 3, 3\r\n\r\nabc", gives: "200 length(3) [abc] end keep"),
        Example(
            "interim answers in front",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n",
            gives: "100 103 200 length(0) end keep"),
    ]

    static let bodiless = [
        Example("HEAD", ok + "Content-Length: 3\r\n\r\n", to: .head, gives: "200 none end keep"),
        Example("HEAD, chunked", ok + "Transfer-Encoding: chunked\r\n\r\n", to: .head, gives: "200 none end keep"),
        Example("HEAD without a length", ok + "\r\n", to: .head, gives: "200 none end keep"),
        Example("204", "HTTP/1.1 204 No Content\r\n\r\n", gives: "204 none end keep"),
        Example(
            "304 with the length of what it does not send", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n",
            gives: "304 none end keep"),
        Example("a tunnel", "HTTP/1.1 200 Established\r\nContent-Length: 3\r\n\r\nabc", to: .connect, gives: "200 none end keep"),
        Example(
            "a refused tunnel", "HTTP/1.1 407 Who?\r\nContent-Length: 3\r\n\r\nabc", to: .connect, gives: "407 length(3) [abc] end keep"),
    ]

    static let odd = [
        Example("no reason phrase", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", gives: "200 length(0) end keep"),
        Example("an empty reason phrase", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", gives: "200 length(0) end keep"),
        Example("a CRLF in front", "\r\n" + ok + "Content-Length: 0\r\n\r\n", gives: "200 length(0) end keep"),
        Example("bare LFs", "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", gives: "200 length(3) [abc] end close"),
        Example("a bare LF as the last line", ok + "Content-Length: 3\r\n\nabc", gives: "200 length(3) [abc] end close"),
        Example("a folded line", ok + "X: a\r\n  b\r\nContent-Length: 1\r\n\r\na", gives: "200 length(1) [a] end close"),
        Example("a space in front of the colon", ok + "Content-Length : 1\r\n\r\na", gives: "200 length(1) [a] end close"),
        Example("a line that is no field", ok + "nonsense\r\nContent-Length: 1\r\n\r\na", gives: "200 length(1) [a] end close"),
        Example(
            "a field that cannot be stored", ok + "X-\u{1}: a\r\nY: \u{1}\r\nContent-Length: 1\r\n\r\na",
            gives: "200 length(1) [a] end close"),
        Example(
            "padded chunk sizes", ok + "Transfer-Encoding: chunked\r\n\r\n3  \r\nabc\r\n0 \r\n\r\n", gives: "200 chunked [abc] end keep"),
    ]

    static let broken = [
        Example("no answer at all", "", gives: "endedInHead"),
        Example("half a head", ok, gives: "endedInHead"),
        Example("half a body", ok + "Content-Length: 3\r\n\r\nab", gives: "200 length(3) [ab] endedInBody"),
        Example("no last chunk", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", gives: "200 chunked [abc] endedInBody"),
        Example("a cut last chunk", ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", gives: "200 chunked [abc] endedInBody"),
        Example("another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", gives: "badStatusLine"),
        Example("HTTP/2 on paper", "HTTP/2.0 200 OK\r\n\r\n", gives: "unsupportedVersion"),
        Example("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", gives: "badStatusLine"),
        Example("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", gives: "badStatusLine"),
        Example("a status below 100", "HTTP/1.1 099 OK\r\n\r\n", gives: "badStatusLine"),
        Example("an upgrade that was not requested", "HTTP/1.1 101 Switching Protocols\r\n\r\n", gives: "switchedProtocols"),
        Example("two lengths", ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", gives: "contentLengthsDiffer"),
        Example("a list of lengths", ok + "Content-Length: 3, 4\r\n\r\nabc", gives: "contentLengthsDiffer"),
        Example("a negative length", ok + "Content-Length: -1\r\n\r\n", gives: "badContentLength"),
        Example("an empty length", ok + "Content-Length:\r\n\r\n", gives: "badContentLength"),
        Example("a length of 2^63", ok + "Content-Length: 9223372036854775808\r\n\r\n", gives: "badContentLength"),
        Example(
            "both kinds of framing", ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            gives: "lengthAndTransferEncoding"),
        Example("an unknown coding", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", gives: "unknownTransferCoding"),
        Example("framing that cannot be read for sure", ok + "Transfer-Encoding\u{1}: chunked\r\n\r\n", gives: "badField"),
        Example("a bad chunk size", ok + "Transfer-Encoding: chunked\r\n\r\nx\r\n", gives: "200 chunked body(badChunkSize)"),
        Example(
            "too many interim answers", String(repeating: "HTTP/1.1 102 Wait\r\n\r\n", count: 17),
            gives: String(repeating: "102 ", count: 16) + "tooManyInterimResponses"),
        Example("too many fields", ok + String(repeating: "X: y\r\n", count: 101) + "\r\n", gives: "tooManyFields"),
        Example("too many odd fields", ok + String(repeating: "X: y\n", count: 101) + "\r\n", gives: "tooManyFields"),
        Example("an endless head", ok + "X: " + String(repeating: "y", count: 40_000), gives: "headTooLong"),
    ]

    @Test(arguments: examples)
    func `each answer is read as the table says`(_ example: Example) {
        #expect(ResponseParserTests.read([example.bytes], to: example.method) == example.outcome)
    }

    @Test(arguments: examples)
    func `byte by byte gives the same`(_ example: Example) {
        let bytes = example.bytes
        let size = bytes.count < 2000 ? 1 : 61
        let parts = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
        #expect(ResponseParserTests.read(parts, to: example.method) == example.outcome)
    }

    @Test func `any change of one byte is read the same however it is split`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed)
        for example in ResponseParserTests.examples where (1..<400).contains(example.bytes.count) {
            for _ in 0..<60 {
                var bytes = Bytes(example.bytes)
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                let whole = ResponseParserTests.read([bytes[...]], to: example.method)
                let cut = ResponseParserTests.read(random.cut(bytes[...], into: 5), to: example.method)
                #expect(whole == cut, "seed \(seed), \(example.name), \(bytes)")
            }
        }
    }

    @Test func `fields of an odd head are put in order`() throws {
        var parser = ResponseParser(to: .get, Limits())
        var input = Bytes("HTTP/1.1 200 OK\r\nX-Fold: a\r\n \t b\r\n c\r\nSpaced : d \nEmpty:\r\n\r\n".utf8)[...]
        guard case .head(let head) = parser.next(&input) else { return #expect(Bool(false), "no head") }
        #expect(head.headers.fields.map(\.name) == ["x-fold", "spaced", "empty"])
        #expect(head.headers.fields.map(\.value) == ["a b c", "d", ""])
    }

    @Test func `it is known whether a response has begun`() {
        var parser = ResponseParser(to: .get, Limits())
        let before = parser.hasBegun
        var input: Slice = Bytes("H".utf8)[...]
        _ = parser.next(&input)
        let after = parser.hasBegun
        #expect(!before && after)
    }
}
