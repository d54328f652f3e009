extension FrameCase {
    /// RFC 9113 §5.1.
    static let streams: [FrameCase] = [
        FrameCase("two requests", [.request(1, Frame.get), .request(3, Frame.get)], gives: .answered(1, 200), .answered(3, 200)),
        FrameCase("streams may be left out", [.request(5, Frame.get)], gives: .answered(5, 200)),
        FrameCase("a stream of the server's", [.request(2, Frame.get)], gives: .goAway(protocolError)),
        FrameCase(
            "a stream that was left out", [.request(1, Frame.post, ends: false), .request(5, Frame.get), .request(3, Frame.get)],
            gives: .answered(5, 200), .goAway(protocolError)),
        FrameCase(
            "a stream a second time", [.request(1, Frame.get), .request(3, Frame.get), .request(1, Frame.get)],
            gives: .answered(1, 200), .answered(3, 200), .goAway(streamClosed)),
        FrameCase("a body on a stream that was never opened", [data(1, "abc")], gives: .goAway(protocolError)),
        FrameCase("a body on a stream that was left out", [.request(3, Frame.get), data(1, "abc")], gives: .goAway(protocolError)),
        FrameCase("a first stream that was left out", [.request(3, Frame.get), .request(1, Frame.get)], gives: .goAway(protocolError)),
        FrameCase(
            "a reset of a stream that was never opened", [Frame(Frame.reset, 0, on: 1, payload: [0, 0, 0, 8])],
            gives: .goAway(protocolError)),
        FrameCase("a window update of a stream that was never opened", [update(1, 1)], gives: .goAway(protocolError)),
        FrameCase(
            "a body behind its end", [.request(1, Frame.post, ends: false), data(1, "a"), data(1, "b")],
            gives: .answered(1, 200), .goAway(streamClosed)),
        FrameCase(
            "a body behind the end of its head", [.request(1, Frame.get), data(1, "b")], gives: .answered(1, 200), .goAway(streamClosed)),
        FrameCase(
            "a body behind a reset",
            [
                .request(1, Frame.post, ends: false), Frame(Frame.reset, 0, on: 1, payload: [0, 0, 0, 8]),
                data(1, "b"),
            ],
            gives: .goAway(streamClosed)),
        FrameCase(
            "a head behind a reset",
            [.request(1, Frame.post, ends: false), Frame(Frame.reset, 0, on: 1, payload: [0, 0, 0, 8]), .request(1, Frame.get)],
            gives: .goAway(streamClosed)),
        FrameCase("a window update behind the end", [.request(1, Frame.get), update(1, 1)], gives: .answered(1, 200)),
        FrameCase(
            "a priority behind the end", [.request(1, Frame.get), Frame(Frame.priority, 0, on: 1, payload: [0, 0, 0, 0, 1])],
            gives: .answered(1, 200)),
    ]

    /// RFC 9113 §8.1: the parts of a message.
    static let messages: [FrameCase] = [
        FrameCase("a body", [.request(1, Frame.post, ends: false), data(1, "abc")], gives: .answered(1, 200)),
        FrameCase("half of a body", [.request(1, Frame.post, ends: false), data(1, "ab", ends: false)]),
        FrameCase(
            "a body as long as was said", [.request(1, Frame.post + [("content-length", "3")], ends: false), data(1, "abc")],
            gives: .answered(1, 200)),
        FrameCase(
            "a body longer than was said", [.request(1, Frame.post + [("content-length", "2")], ends: false), data(1, "abc")],
            gives: .reset(1, protocolError)),
        FrameCase(
            "a body shorter than was said", [.request(1, Frame.post + [("content-length", "4")], ends: false), data(1, "abc")],
            gives: .reset(1, protocolError)),
        FrameCase("a length and no body", [.request(1, Frame.post + [("content-length", "4")])], gives: .reset(1, protocolError)),
        FrameCase("two lengths", get(("content-length", "0"), ("content-length", "0")), gives: .reset(1, protocolError)),
        FrameCase("a length with a plus sign", get(("content-length", "+0")), gives: .reset(1, protocolError)),
        FrameCase("an empty body frame at the end", [.request(1, Frame.post, ends: false), data(1, "")], gives: .answered(1, 200)),
        FrameCase(
            "trailers are dropped",
            [.request(1, Frame.post, ends: false), data(1, "abc", ends: false), .request(1, [("x", "y")])], gives: .answered(1, 200)),
        FrameCase(
            "trailers without an end",
            [.request(1, Frame.post, ends: false), data(1, "abc", ends: false), .request(1, [("x", "y")], ends: false)],
            gives: .reset(1, protocolError)),
        FrameCase(
            "a pseudo-field among the trailers",
            [.request(1, Frame.post, ends: false), data(1, "abc", ends: false), .request(1, [(":path", "/")])],
            gives: .reset(1, protocolError)),
    ]

    /// RFC 9113 §8.2, §8.3, and what is refused of a head in HTTP/1.1 too.
    static let fields: [FrameCase] = [
        FrameCase("a capital in a name", get(("X-A", "b")), gives: .reset(1, protocolError)),
        FrameCase("a space in a name", get(("x a", "b")), gives: .reset(1, protocolError)),
        FrameCase("an empty name", get(("", "b")), gives: .reset(1, protocolError)),
        FrameCase("a colon in a name", get(("x:a", "b")), gives: .reset(1, protocolError)),
        FrameCase("a NUL in a value", get(("x", "a\0b")), gives: .reset(1, protocolError)),
        FrameCase("a line break in a value", get(("x", "a\r\nb: c")), gives: .reset(1, protocolError)),
        FrameCase("a bare LF in a value", get(("x", "a\nb")), gives: .reset(1, protocolError)),
        FrameCase("a blank in front of a value", get(("x", " a")), gives: .reset(1, protocolError)),
        FrameCase("a blank behind a value", get(("x", "a ")), gives: .reset(1, protocolError)),
        FrameCase("connection", get(("connection", "close")), gives: .reset(1, protocolError)),
        FrameCase("transfer-encoding", get(("transfer-encoding", "chunked")), gives: .reset(1, protocolError)),
        FrameCase("keep-alive", get(("keep-alive", "1")), gives: .reset(1, protocolError)),
        FrameCase("upgrade", get(("upgrade", "h2c")), gives: .reset(1, protocolError)),
        FrameCase("te for trailers", get(("te", "trailers")), gives: .answered(1, 200)),
        FrameCase("te for something else", get(("te", "gzip")), gives: .reset(1, protocolError)),
        FrameCase("no method", exactly((":scheme", "http"), (":path", "/"), (":authority", "a")), gives: .reset(1, protocolError)),
        FrameCase("no scheme", exactly((":method", "GET"), (":path", "/"), (":authority", "a")), gives: .reset(1, protocolError)),
        FrameCase("no path", exactly((":method", "GET"), (":scheme", "http"), (":authority", "a")), gives: .reset(1, protocolError)),
        FrameCase(
            "an empty path", exactly((":method", "GET"), (":scheme", "http"), (":path", ""), (":authority", "a")),
            gives: .reset(1, protocolError)),
        FrameCase(
            "two methods",
            exactly(
                (":method", "GET"), (":method", "GET"), (":scheme", "http"), (":path", "/"),
                (
                    ":authority",
                    "a"
                )),
            gives: .reset(1, protocolError)),
        FrameCase(
            "an unknown pseudo-field",
            exactly(
                (":x", "y"), (":method", "GET"), (":scheme", "http"), (":path", "/"),
                (":authority", "a")),
            gives: .reset(1, protocolError)),
        FrameCase("an answer's pseudo-field", get((":status", "200")), gives: .reset(1, protocolError)),
        FrameCase(
            "a pseudo-field behind others",
            exactly(
                (":method", "GET"), (":scheme", "http"), (":authority", "a"), ("x", "y"),
                (":path", "/")),
            gives: .reset(1, protocolError)),
        FrameCase("no host at all", exactly((":method", "GET"), (":scheme", "http"), (":path", "/")), gives: .reset(1, protocolError)),
        FrameCase(
            "host instead of authority", exactly((":method", "GET"), (":scheme", "http"), (":path", "/"), ("host", "a")),
            gives: .answered(1, 200)),
        FrameCase("host and authority alike", get(("host", "A")), gives: .answered(1, 200)),
        FrameCase("host and authority that differ", get(("host", "b")), gives: .answered(1, 400)),
        FrameCase("two hosts", get(("host", "a"), ("host", "a")), gives: .reset(1, protocolError)),
        FrameCase(
            "a user in the authority", exactly((":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "u@a")),
            gives: .answered(1, 400)),
        FrameCase(
            "an empty authority", exactly((":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "")),
            gives: .reset(1, protocolError)),
        FrameCase(
            "another scheme", exactly((":method", "GET"), (":scheme", "ftp"), (":path", "/"), (":authority", "a")),
            gives: .answered(1, 400)),
        FrameCase(
            "a path without its slash", exactly((":method", "GET"), (":scheme", "http"), (":path", "a"), (":authority", "a")),
            gives: .reset(1, protocolError)),
        FrameCase(
            "a fragment", exactly((":method", "GET"), (":scheme", "http"), (":path", "/a#b"), (":authority", "a")),
            gives: .answered(1, 400)),
        FrameCase(
            "half a percent-encoding", exactly((":method", "GET"), (":scheme", "http"), (":path", "/a%2"), (":authority", "a")),
            gives: .answered(1, 400)),
        FrameCase(
            "a space in the path", exactly((":method", "GET"), (":scheme", "http"), (":path", "/a b"), (":authority", "a")),
            gives: .reset(1, protocolError)),
        FrameCase(
            "OPTIONS of the whole server",
            exactly(
                (":method", "OPTIONS"), (":scheme", "http"), (":path", "*"),
                (
                    ":authority",
                    "a"
                )),
            gives: .answered(1, 200)),
        FrameCase(
            "an asterisk with GET", exactly((":method", "GET"), (":scheme", "http"), (":path", "*"), (":authority", "a")),
            gives: .reset(1, protocolError)),
        FrameCase("CONNECT", exactly((":method", "CONNECT"), (":authority", "b:443")), gives: .answered(1, 501)),
        FrameCase(
            "an endless method",
            exactly((":method", String(repeating: "A", count: 40)), (":scheme", "http"), (":path", "/"), (":authority", "a")),
            gives: .answered(1, 501)),
        FrameCase(
            "an endless path",
            exactly((":method", "GET"), (":scheme", "http"), (":path", "/" + String(repeating: "a", count: 9000)), (":authority", "a")),
            gives: .answered(1, 414)),
        FrameCase("an unknown expectation", get(("expect", "200-ok")), gives: .answered(1, 417)),
        FrameCase(
            "a hundred fields", [.request(1, Frame.get + [(String, String)](repeating: ("x", "a"), count: 99))], gives: .answered(1, 200)),
        FrameCase(
            "a hundred and one fields", [.request(1, Frame.get + [(String, String)](repeating: ("x", "a"), count: 101))],
            gives: .answered(1, 431)),
        FrameCase("endless fields", long(fields: 70), gives: .answered(1, 431)),
        FrameCase("far too many fields", long(fields: 270), gives: .reset(1, 2)),
    ]

    /// Fields of 500 bytes each, in as many frames as they take.
    private static func long(fields: Int) -> [Frame] {
        let block = Frame.block(Frame.get + [(String, String)](repeating: ("x", String(repeating: "a", count: 500)), count: fields))
        let parts = stride(from: 0, to: block.count, by: 16_384).map { Array(block[$0..<min(block.count, $0 + 16_384)]) }
        return parts.enumerated().map { index, part in
            let flags = index == parts.count - 1 ? Frame.endHeaders : 0
            return index == 0
                ? Frame(Frame.headers, flags | Frame.endStream, on: 1, payload: part)
                : Frame(Frame.continuation, flags, on: 1, payload: part)
        }
    }
}
