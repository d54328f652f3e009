import HTTP
import Wire

/// HTTP/2 connections: the bytes are what a client sends behind its preface and empty settings.
enum HTTP2Properties {
    private static let greeting = Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
    /// More than this is not written in answer to one piece: the longest input asks for less.
    private static let outputLimit = 64 << 20

    static func http2(_ bytes: Bytes) throws(FuzzCase.PropertyError) {
        let sent = greeting + bytes
        let whole = receivedLog(sent, cutEvery: sent.count)
        for size in [1, 7] {
            let cut = receivedLog(sent, cutEvery: size)
            try FuzzCase.require(cut == whole, "cut every \(size) bytes: \(cut) instead of \(whole)")
        }
        try serve(sent, cutEvery: 100)
    }

    /// What a server that says nothing has understood.
    private static func receivedLog(_ bytes: Bytes, cutEvery size: Int) -> [String] {
        let session = HTTP2Session(Limits())
        var log: [String] = []
        var streams: [HTTP2Stream] = []
        for part in bytes.cut(every: size) {
            for event in session.receive(part, second: 0) {
                switch event {
                case .request(let stream, let head, let expectsContinue):
                    streams.append(stream)
                    log.append("\(stream.id) \(head.method.text) \(head.path) \(head.body) \(head.headers) \(expectsContinue)")
                case .rejected(let stream, let refusal, _, _): log.append("\(stream.id) \(refusal)")
                case .closed(let stream): log.append("\(stream.id) is closed")
                case .body, .respondedEarly, .pong, .malformed: break
                }
            }
        }
        for stream in streams {
            var body: Bytes = []
            while let piece = session.takePiece(of: stream) { body += piece }
            // Of a body that breaks its own length, what came before the break depends on the cuts; it is reset in any case.
            log.append("\(stream.id) body \(stream.hasEnded ? "\(body)" : "broken off") flaw \(String(describing: stream.requestError))")
        }
        return log + ["failure \(String(describing: session.failure)) in a head \(session.isReadingHead)"]
    }

    /// Requests on odd streams are answered at their end, those on every fourth stream at once and piece by piece.
    private static func serve(_ bytes: Bytes, cutEvery size: Int) throws(FuzzCase.PropertyError) {
        let session = HTTP2Session(Limits())
        var last: Int32 = 0
        var open: Set<Int32> = []
        var output = 0
        func take(_ events: [HTTP2Session.Event]) throws(FuzzCase.PropertyError) {
            for event in events {
                switch event {
                case .request(let stream, _, _), .rejected(let stream, _, _, _):
                    try FuzzCase.require(stream.id > last, "stream \(stream.id) is announced after \(last)")
                    last = stream.id
                    open.insert(stream.id)
                    try FuzzCase.require(open.count <= Limits().maxConcurrentStreams, "\(open.count) streams are open")
                    if stream.id % 4 == 1 {
                        session.submitResponse(stream, 200, headers: Headers(), length: nil, date: [], body: .open)
                        session.write(Bytes("some".utf8)[...], on: stream)
                    } else if stream.hasEnded {
                        session.submitResponse(stream, 204, headers: Headers(), length: nil, date: [], body: .none)
                    }
                case .body(let stream):
                    while session.takePiece(of: stream) != nil {}
                    if stream.hasEnded {
                        if stream.id % 4 == 1 { session.finish(stream) } else { answer(stream, session) }
                    }
                case .respondedEarly(let stream): session.reset(stream, .noError)
                case .pong, .malformed: break
                case .closed(let stream):
                    try FuzzCase.require(open.remove(stream.id) != nil, "stream \(stream.id) is closed and was not open")
                }
            }
        }
        for part in bytes.cut(every: size) {
            try take(session.receive(part, second: 0))
            while case (let pieces, _) = session.pull(atMost: 65_536), !pieces.isEmpty {
                try take(session.takeEvents())
                output += pieces.reduce(0) { $0 + $1.count }
                try FuzzCase.require(output < outputLimit, "\(output) bytes are written to \(bytes.count)")
            }
            try take(session.takeEvents())
        }
    }

    private static func answer(_ stream: HTTP2Stream, _ session: HTTP2Session) {
        session.submitResponse(stream, 200, headers: Headers(), length: 2, date: [], body: .whole(Pieces("ok")))
    }
}

extension Bytes {
    func cut(every size: Int) -> [Slice] { stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] } }
}
