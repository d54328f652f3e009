import Conformance
import Net
import Server
import Wire

/// A client that writes HTTP/2 frames as they are and reads frames.
final class HTTP2TestClient {
    let stream: Net.Stream
    private var input: Bytes = []
    /// Frames that were read and not asked for yet.
    private var frames: [Frame] = []

    /// - Parameter greets: whether preface, settings and the acknowledgement of the server's go out at once.
    init(_ caller: HTTP1TestClient, greets: Bool = true) async throws {
        stream = caller.stream
        if greets { try await send(Frame.preface + Frame(Frame.settings, Frame.ack).bytes) }
    }

    func send(_ bytes: Bytes) async throws { try await stream.write(bytes[...], by: HTTP1TestClient.soon) }
    func send(_ frames: Frame...) async throws { try await send(frames.flatMap(\.bytes)) }

    /// The next frame that is wanted; those before it are dropped. Nil at the end of the connection.
    func frame(_ isWanted: (Frame) -> Bool = { _ in true }) async throws -> Frame? {
        while true {
            while !frames.isEmpty {
                let frame = frames.removeFirst()
                if isWanted(frame) { return frame }
            }
            // A reset is an end too: what was on its way from us may have met a closed socket.
            guard let more = try? await stream.read(by: HTTP1TestClient.soon), !more.isEmpty else { return nil }
            input += more
            frames = Frame.take(from: &input)
        }
    }

    /// Everything until the server closes.
    func rest() async throws -> [Frame] {
        var all: [Frame] = []
        while let frame = try await frame() { all.append(frame) }
        return all
    }

    struct ReceivedResponse: Sendable, Equatable {
        var status = 0
        var body: Bytes = []
        var reset: UInt32?

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What comes on a stream until it ends; windows are opened as bytes come.
    func answer(on id: UInt32) async throws -> ReceivedResponse {
        var answer = ReceivedResponse()
        while let frame = try await frame({ $0.stream == id }) {
            switch frame.type {
            case Frame.headers where answer.status < 200: answer.status = frame.status ?? 0
            case Frame.data:
                answer.body += frame.payload
                if !frame.payload.isEmpty {
                    try await send(FrameCase.update(0, UInt32(frame.payload.count)), FrameCase.update(id, UInt32(frame.payload.count)))
                }
            case Frame.reset: answer.reset = frame.payload.reduce(0) { $0 << 8 | UInt32($1) }
            default: break
            }
            if frame.type == Frame.reset || frame.type <= 1 && frame.flags & Frame.endStream != 0 { return answer }
        }
        return answer
    }

    /// The code with which the server gives the connection up.
    func readGoAway() async throws -> UInt32? {
        try await frame { $0.type == Frame.goAway }?.payload.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    func pings() async throws -> Bool {
        try await send(Frame(Frame.ping, 0, payload: [1, 2, 3, 4, 5, 6, 7, 8]))
        return try await frame { $0.type == Frame.ping && $0.flags == Frame.ack } != nil
    }

    /// A request with a path of its own.
    static func get(_ id: UInt32, _ path: String = "/") -> Frame {
        .request(id, [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "a")])
    }
}

extension TestServer {
    /// A conversation in frames, with a fresh connection.
    func withHTTP2Client<Value: Sendable>(
        greets: Bool = true, _ talk: @escaping @Sendable (HTTP2TestClient) async throws -> Value
    ) async throws -> Value {
        try await withClient { try await talk(HTTP2TestClient($0, greets: greets)) }
    }
}
