/// One case of the HTTP/2 table: what a client sends on a fresh connection, and what must come of it.
package struct FrameCase: Sendable, CustomStringConvertible {
    package let name: String
    /// The bytes of the connection, in one row.
    package let bytes: [UInt8]
    /// What the server says to it, in order, apart from settings and window updates.
    package let outcomes: [Outcome]

    package enum Outcome: Sendable, Equatable {
        /// The head of an answer: stream and status.
        case answered(UInt32, Int)
        /// The stream ends with this code (RFC 9113 §7).
        case reset(UInt32, UInt32)
        /// The connection ends with this code.
        case goAway(UInt32)
        /// A ping was answered.
        case pong
    }

    /// The frames stand behind the client's preface.
    init(_ name: String, _ frames: [Frame], gives outcomes: Outcome...) {
        self.name = name
        bytes = Frame.preface + frames.flatMap(\.bytes)
        self.outcomes = outcomes
    }

    init(_ name: String, raw: [UInt8], gives outcomes: Outcome...) {
        self.name = name
        bytes = raw
        self.outcomes = outcomes
    }

    package var description: String { name }

    /// Responses before the connection failed depend on how much arrived at once, and are ignored.
    package static func decisive(_ outcomes: [Outcome]) -> [Outcome] {
        guard outcomes.contains(where: { if case .goAway = $0 { true } else { false } }) else { return outcomes }
        return outcomes.filter { if case .answered = $0 { false } else { true } }
    }

    /// What the frames of a server amount to, in the words of the table.
    package static func outcomes(of frames: [Frame]) -> [Outcome] {
        frames.compactMap { frame in
            let words = stride(from: 0, to: frame.payload.count / 4 * 4, by: 4).map { start in
                frame.payload[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
            }
            switch frame.type {
            case Frame.headers: return .answered(frame.stream, frame.status ?? 0)
            case Frame.reset: return .reset(frame.stream, words[0])
            case Frame.goAway: return .goAway(words[1])
            case Frame.ping where frame.flags & Frame.ack != 0: return .pong
            default: return nil
            }
        }
    }
}

extension FrameCase {
    /// Every case, in the order of RFC 9113.
    package static var all: [FrameCase] { beginnings + frames + streams + settings + flow + messages + fields }

    static let ok: UInt32 = 1
    /// RFC 9113 §7.
    static let (noError, protocolError, flowControl, streamClosed, frameSize): (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 1, 3, 5, 6)
    static let (compression, calm): (UInt32, UInt32) = (9, 11)

    /// A request with these fields behind the usual four.
    static func get(_ fields: (String, String)...) -> [Frame] { [.request(1, Frame.get + fields)] }

    /// A request with exactly these fields.
    static func exactly(_ fields: (String, String)...) -> [Frame] { [.request(1, fields)] }

    static func data(_ stream: UInt32, _ text: String, ends: Bool = true) -> Frame {
        Frame(Frame.data, ends ? Frame.endStream : 0, on: stream, payload: Array(text.utf8))
    }
}
