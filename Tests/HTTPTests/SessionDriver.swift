import Conformance
import Wire

@testable import HTTP

/// A session with a client on one side and on the other a handler that answers each request with 200 once it has ended.
final class SessionDriver {
    let session: HTTP2Session
    var heads: [ParsedHead] = []
    var errors: [RequestError] = []
    var streams: [HTTP2Stream] = []
    var closed: [Int32] = []
    var bodies: [Int32: Bytes] = [:]
    /// What the server has sent.
    var frames: [Frame] = []
    /// Nil: requests are not answered, and bodies not read.
    var answer: Pieces? = Pieces("ok")
    private var output: Bytes = []
    private var answered: Set<Int32> = []

    init(_ limits: Limits = Limits()) { session = HTTP2Session(limits) }

    func receive(_ bytes: Bytes, second: Int64 = 0) {
        take(session.receive(bytes[...], second: second))
        flush()
    }

    func receive(_ frames: [Frame], second: Int64 = 0) { receive(frames.flatMap(\.bytes), second: second) }

    /// Writes as much as there is to be written.
    func flush() {
        while true {
            let (pieces, _) = session.pull(atMost: 65_536)
            take(session.takeEvents())
            if pieces.isEmpty { break }
            for piece in pieces { output += piece }
        }
        frames += Frame.take(from: &output)
    }

    var outcomes: [FrameCase.Outcome] { FrameCase.outcomes(of: frames) }

    /// All bytes of the bodies sent on a stream.
    func sent(on stream: UInt32) -> Bytes { frames.filter { $0.type == Frame.data && $0.stream == stream }.flatMap(\.payload) }

    func read(_ stream: HTTP2Stream) {
        while let piece = session.takePiece(of: stream) { bodies[stream.id, default: []] += piece }
    }

    private func take(_ events: [HTTP2Session.Event]) {
        for event in events {
            switch event {
            case .request(let stream, let head, _):
                heads.append(head)
                streams.append(stream)
                answerIfEnded(stream)
            case .rejected(let stream, let refusal, _, _):
                errors.append(refusal)
                session.submitResponse(stream, refusal.status, headers: Headers(), length: 0, date: [], body: .none)
            case .body(let stream): answerIfEnded(stream)
            case .respondedEarly(let stream): session.reset(stream, .noError)
            case .pong, .malformed: break
            case .closed(let stream): closed.append(stream.id)
            }
        }
    }

    private func answerIfEnded(_ stream: HTTP2Stream) {
        guard let answer else { return }
        read(stream)
        guard stream.hasEnded, session.failure == nil, answered.insert(stream.id).inserted else { return }
        session.submitResponse(stream, 200, headers: Headers(), length: Int64(answer.count), date: [], body: .whole(answer))
    }
}
