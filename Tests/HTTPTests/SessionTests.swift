import Conformance
import Testing
import Wire

@testable import HTTP

/// What the session makes of requests and answers.
struct SessionTests {
    private func begun(_ limits: Limits = Limits()) -> SessionDriver {
        let talk = SessionDriver(limits)
        talk.receive(Frame.preface + Frame(Frame.settings, Frame.ack).bytes)
        return talk
    }

    @Test func `the server's settings are its limits`() {
        let payload = begun().frames[0].payload
        let values = stride(from: 0, to: payload.count, by: 6).map { [UInt8](payload[$0..<($0 + 6)]) }
        #expect(values == [[0, 3, 0, 0, 0, 100], [0, 4, 0, 4, 0, 0], [0, 6, 0, 0, 0x80, 0], [0, 9, 0, 0, 0, 1]])
    }

    @Test func `a head is the same as HTTP/1_1 gives`() throws {
        let talk = begun()
        let fields = [
            (":method", "POST"), (":scheme", "https"), (":path", "/v1/videos?a=b%20c"), (":authority", "api.example:8080"),
            ("content-type", "text/plain"), ("content-length", "3"), ("x", ""),
        ]
        talk.receive([.request(1, fields, ends: false), Frame(Frame.data, 1, on: 1, payload: Bytes("abc".utf8))])
        let head = try #require(talk.heads.first)
        #expect(head.method == .post && head.path == "/v1/videos" && head.query["a"] == "b c" && head.version == .http2)
        #expect(head.authority == "api.example:8080" && head.headers[.host] == "api.example:8080")
        #expect(head.headers.fields.map(\.name) == ["host", "content-type", "content-length", "x"])
        #expect(head.body == .length(3) && head.bodyLength == 3)
        #expect(talk.bodies[1] == Bytes("abc".utf8))
    }

    @Test func `what is known of a body's length`() {
        let talk = begun()
        talk.receive([
            .request(1, Frame.get), .request(3, Frame.post, ends: false),
            .request(
                5, Frame.post + [("content-length", "0")],
                ends: false),
        ])
        #expect(talk.heads.map(\.bodyLength) == [0, nil, 0])
    }

    @Test func `crumbs of a cookie are joined`() {
        let talk = begun()
        talk.receive([.request(1, Frame.get + [("cookie", "a=b"), ("x", "y"), ("cookie", "c=d"), ("cookie", "e=f")])])
        #expect(talk.heads[0].headers.values("cookie") == ["a=b; c=d; e=f"])
    }

    @Test func `a request is refused for what HTTP/1_1 refuses it for`() {
        let reasons: [(Frame, RequestError)] = [
            (.request(1, Frame.get + [("host", "b")]), .hostDiffers),
            (.request(1, [(":method", "CONNECT"), (":authority", "a:1")]), .connectMethod),
            (
                .request(1, Frame.get + [("x", String(repeating: "a", count: 9000))] + Array(repeating: ("x", "a"), count: 101)),
                .field(.tooMany)
            ),
            (.request(1, Frame.get + [("expect", "x")]), .unknownExpectation),
        ]
        for (frame, refusal) in reasons {
            let talk = begun()
            talk.receive([frame])
            #expect(talk.errors == [refusal])
        }
    }

    @Test func `trailers have bounds`() {
        for trailers in [
            Array(repeating: ("x", String(repeating: "a", count: 400)), count: 25),
            Array(
                repeating: ("x", "a"),
                count: 101),
        ] {
            let talk = begun()
            talk.receive([.request(1, Frame.post, ends: false), .request(1, trailers)])
            #expect(talk.streams[0].requestError?.status == 431)
        }
    }

    // MARK: Answers

    @Test func `a response has its fields, a date and its length, and no connection fields`() throws {
        let talk = begun()
        talk.answer = nil
        talk.receive([.request(1, Frame.get)])
        let headers = Headers([(.contentType, "text/plain"), (.connection, "close"), ("keep-alive", "1"), (.contentLength, "99")])
        talk.session.submitResponse(
            talk.streams[0], 201, headers: headers, length: 2, date: Bytes("now".utf8)[...], body: .whole(Pieces("ok")))
        talk.flush()
        let head = try #require(talk.frames.first { $0.type == Frame.headers })
        // Literal fields with names from the static table, as the library writes them: 201, then content-type, date, content-length.
        #expect(head.status == 201 && head.flags & Frame.endStream == 0)
        #expect(head.payload.dropFirst(head.payload[1] & 127 == 2 ? 4 : 5).first == 0x5F)
        #expect(talk.sent(on: 1) == Bytes("ok".utf8) && talk.closed == [1])
    }

    @Test func `an answer without a body ends with its head`() {
        let talk = begun()
        talk.answer = nil
        talk.receive([.request(1, [(":method", "HEAD"), (":scheme", "http"), (":path", "/"), (":authority", "a")])])
        talk.session.submitResponse(talk.streams[0], 200, headers: Headers(), length: 2, date: [], body: .none)
        talk.flush()
        #expect(talk.frames.last { $0.type == Frame.headers }!.flags & Frame.endStream != 0)
        #expect(talk.sent(on: 1).isEmpty && talk.closed == [1])
    }

    @Test func `an early answer ends the request without blame`() {
        let talk = begun()
        talk.answer = nil
        talk.receive([.request(1, Frame.post, ends: false), Frame(Frame.data, 0, on: 1, payload: Bytes("abc".utf8))])
        talk.session.submitResponse(talk.streams[0], 403, headers: Headers(), length: 2, date: [], body: .whole(Pieces("no")))
        talk.flush()
        #expect(talk.outcomes == [.answered(1, 403), .reset(1, 0)] && talk.sent(on: 1) == Bytes("no".utf8))
        // What was on its way by then is passed over.
        talk.receive([Frame(Frame.data, 0, on: 1, payload: Bytes("def".utf8)), .request(1, [("x", "y")]), .request(3, Frame.get)])
        #expect(talk.session.failure == nil && talk.heads.count == 2)
    }

    @Test func `100 Continue is an answer of its own`() {
        let talk = begun()
        talk.answer = nil
        talk.receive([.request(1, Frame.post + [("expect", "100-continue")], ends: false)])
        talk.session.continue(talk.streams[0])
        talk.session.submitResponse(talk.streams[0], 200, headers: Headers(), length: 0, date: [], body: .none)
        talk.flush()
        #expect(talk.outcomes.prefix(2) == [.answered(1, 100), .answered(1, 200)])
    }

    @Test func `an open body is sent as it is given`() {
        let talk = begun()
        talk.answer = nil
        talk.receive([.request(1, Frame.get)])
        let stream = talk.streams[0]
        talk.session.submitResponse(stream, 200, headers: Headers(), length: nil, date: [], body: .open)
        talk.flush()
        for text in ["a", "bc"] {
            talk.session.write(Bytes(text.utf8)[...], on: stream)
            talk.flush()
        }
        #expect(talk.sent(on: 1) == Bytes("abc".utf8) && talk.closed.isEmpty && !stream.hasSentEnd)
        talk.session.finish(stream)
        talk.flush()
        #expect(talk.closed == [1] && stream.hasSentEnd)
    }

    @Test func `a request that its client resets is reported once`() {
        let talk = begun()
        talk.answer = nil
        talk.receive([.request(1, Frame.get), Frame(Frame.reset, 0, on: 1, payload: [0, 0, 0, 8])])
        #expect(talk.closed == [1] && talk.streams[0].wasCancelled && talk.streams[0].isClosed)
        talk.session.submitResponse(talk.streams[0], 200, headers: Headers(), length: 0, date: [], body: .none)
        talk.flush()
        #expect(talk.outcomes.isEmpty)
    }

    // MARK: Flow

    @Test func `a client may send as much as the window allows, and more only once it has been read`() {
        var limits = Limits()
        limits.streamWindow = 20_000
        let talk = begun(limits)
        talk.answer = nil
        let piece = Frame(Frame.data, 0, on: 1, payload: Bytes(repeating: 1, count: 10_000))
        talk.receive([.request(1, Frame.post, ends: false), piece, piece])
        #expect(!talk.frames.contains { $0.type == Frame.windowUpdate && $0.stream == 1 })
        talk.read(talk.streams[0])
        talk.flush()
        let updates = talk.frames.filter { $0.type == Frame.windowUpdate && $0.stream == 1 }
        #expect(updates.reduce(0) { sum, frame in sum + frame.payload.reduce(0) { $0 << 8 | Int($1) } } == 20_000)
        talk.receive([piece, piece, Frame(Frame.data, 0, on: 1, payload: [1])])
        #expect(talk.outcomes == [.reset(1, 3)])
    }

    @Test func `discarded bytes do not block the connection`() {
        var limits = Limits()
        (limits.streamWindow, limits.connectionWindow) = (100_000, 100_000)
        let talk = begun(limits)
        talk.answer = nil
        for id in stride(from: UInt32(1), to: 41, by: 2) {
            let piece = Frame(Frame.data, 0, on: id, payload: Bytes(repeating: 1, count: 16_000))
            talk.receive([.request(id, Frame.post, ends: false), piece])
            talk.session.discardBody(of: talk.streams.last!)
            talk.receive([piece])
            talk.session.reset(talk.streams.last!, .cancel)
            talk.receive([piece])
        }
        #expect(talk.session.failure == nil && talk.streams.count == 20)
    }

    @Test func `answers keep to the client's windows and share them`() {
        let talk = begun()
        talk.answer = Pieces(Bytes(repeating: 7, count: 1_000_000))
        talk.receive([.request(1, Frame.get), .request(3, Frame.get)])
        #expect(talk.sent(on: 1).count + talk.sent(on: 3).count == 65_535)
        #expect(talk.sent(on: 1).count > 16_000 && talk.sent(on: 3).count > 16_000)
        talk.receive([FrameCase.update(0, 10_000_000), FrameCase.update(1, 10_000_000)])
        #expect(talk.sent(on: 1).count == 1_000_000 && talk.closed == [1])
        #expect(talk.sent(on: 3).count == 65_535)
    }

    @Test func `small frames of a body do not hold on to large buffers`() {
        let talk = begun()
        talk.answer = nil
        talk.receive([.request(1, Frame.post, ends: false)])
        for number in 0..<300 { talk.receive([Frame(Frame.data, 0, on: 1, payload: [UInt8(number & 255)])]) }
        let first = talk.session.takePiece(of: talk.streams[0])
        #expect(first?.count == 300 && first?.last == UInt8(299 & 255))
    }

    // MARK: The end

    @Test func `an invalid preface is answered with settings and a farewell`() {
        let talk = SessionDriver()
        talk.receive(Bytes("INVALID CONNECTION PREFACE\r\n\r\n".utf8))
        #expect(talk.frames.map(\.type) == [Frame.settings, Frame.goAway] && talk.outcomes == [.goAway(1)] && talk.session.isOver)
    }

    @Test func `a drain takes what was sent before it was heard of, and no more`() {
        let talk = begun()
        talk.session.announceDrain()
        talk.flush()
        #expect(talk.frames.last?.type == Frame.goAway && talk.frames.last?.payload.prefix(4) == [0x7F, 0xFF, 0xFF, 0xFF])
        talk.answer = nil
        talk.receive([.request(1, Frame.get)])
        talk.session.drain()
        talk.flush()
        #expect(talk.frames.last?.payload == [0, 0, 0, 1, 0, 0, 0, 0] && !talk.session.isOver)
        talk.receive([.request(3, Frame.get), Frame(Frame.data, 1, on: 3, payload: [1])])
        #expect(talk.heads.count == 1 && talk.session.failure == nil)
        talk.session.submitResponse(talk.streams[0], 200, headers: Headers(), length: 0, date: [], body: .none)
        talk.flush()
        #expect(talk.session.isOver)
    }

    @Test func `the installed library will do`() {
        #expect(HTTP2Library.incompatibility() == nil && HTTP2Library.version.hasPrefix("1."))
    }
}
