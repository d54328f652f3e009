import HTTP
import Wire

/// Message framing: how the bytes are cut must make no difference, and what is refused stays refused.
enum HTTP1Properties {
    static func requests(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        let whole = requestLog([bytes[...]])
        for size in [1, 7] {
            let cut = requestLog(bytes.cut(every: size))
            try FuzzCase.require(cut == whole, "cut every \(size) bytes: \(cut) instead of \(whole)")
        }
    }

    /// The bytes are a chunked body.
    static func chunked(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        try requests(Bytes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8) + bytes)
    }

    static func response(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        for method in [Method.get, .head] {
            let whole = responseLog([bytes[...]], to: method)
            let cut = responseLog(bytes.cut(every: 3), to: method)
            try FuzzCase.require(cut == whole, "cut every 3 bytes: \(cut) instead of \(whole)")
        }
    }

    /// The first byte chooses the coding; the output keeps its bounds.
    static func gzip(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        guard let first = bytes.first else { return }
        let limit = 4 << 20
        var inflater = Inflater(first & 1 == 0 ? .gzip : .deflate, limit: limit, ratio: 200)
        var produced = 0
        for part in Bytes(bytes.dropFirst()).cut(every: 512) {
            var input = part
            do {
                while let piece = try inflater.next(&input) { produced += piece.count }
            } catch {
                return try FuzzCase.require(produced <= limit, "\(produced) bytes came out before \(error)")
            }
        }
        try FuzzCase.require(produced <= limit, "\(produced) bytes came out")
    }

    private static func requestLog(_ parts: [Slice]) -> [String] {
        var parser = RequestParser(Limits())
        var log: [String] = []
        var body: Bytes = []
        for part in parts {
            var input = part
            reading: while true {
                switch parser.next(&input) {
                case .more: break reading
                case .head(let head): log.append("\(head.method.text) \(head.path)?\(head.queryText.count) \(head.body) \(head.headers)")
                case .piece(let piece): body += piece
                case .end:
                    log.append("body \(body)")
                    body = []
                case .rejected(let refusal): return log + ["\(refusal)"]
                }
            }
        }
        return log + ["rest \(body) between \(parser.isBetweenRequests)"]
    }

    private static func responseLog(_ parts: [Slice], to method: Method) -> [String] {
        var parser = ResponseParser(to: method, Limits())
        var log: [String] = []
        var body: Bytes = []
        for part in parts {
            var input = part
            reading: while true {
                switch parser.next(&input) {
                case .more: break reading
                case .interim(let status): log.append("interim \(status)")
                case .head(let head): log.append("\(head.status) \(head.body) \(head.headers)")
                case .piece(let piece): body += piece
                case .end: return log + ["body \(body)"]
                case .failed(let flaw): return log + ["\(flaw)"]
                }
            }
        }
        return log + ["rest \(body)"]
    }
}
