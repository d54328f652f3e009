import HTTP
import Net
import Wire

/// A request and its answer over HTTP/1.1.
final class HTTP1Exchange: Exchange {
    let head: RequestHead
    @exclusivity(unchecked) private(set) var status: Int?

    private enum Answer {
        case none
        /// Between `start` and `finish`.
        case begun(BodyFraming, written: Int64)
        case done
        /// Given up, or broken by the connection.
        case broken
        /// The handler has returned.
        case over
    }

    private let connection: HTTP1Connection
    private let version: HTTPVersion
    // Not checked for exclusive access at run time, for the station's reason.
    @exclusivity(unchecked) private var answer = Answer.none
    @exclusivity(unchecked) private var bodyHasEnded: Bool
    @exclusivity(unchecked) private var bodyFailure: BodyFailure?
    @exclusivity(unchecked) private var received = 0
    /// Counted in the station's ledger.
    @exclusivity(unchecked) private var held = 0
    @exclusivity(unchecked) private var pace = BodyPace()
    /// The client waits for `100 Continue`.
    @exclusivity(unchecked) private var owesContinue: Bool
    /// Whether another request may follow on the connection; settled when the answer's head is written.
    @exclusivity(unchecked) private var keepsAlive = false

    /// Answers up to this size travel in the buffer of their head.
    private static let small = 4096

    init(_ head: ParsedHead, on connection: HTTP1Connection) {
        self.head = RequestHead(head, peer: connection.stream.peer, isTLS: connection.stream.isTLS)
        self.connection = connection
        version = head.version
        owesContinue = connection.expectsContinue
        bodyHasEnded = head.body == .none
    }

    deinit {
        if held > 0 { connection.station.ledger.give(held) }
    }

    private var station: Station { connection.station }
    private var limits: Limits { connection.station.limits }

    // MARK: The request's body

    func nextPiece() async throws -> Slice? {
        if let bodyFailure { throw bodyFailure }
        guard !bodyHasEnded else { return nil }
        if case .over = answer { throw BodyFailure.cut }
        do throws(BodyFailure) {
            return try await readPiece()
        } catch {
            bodyFailure = error
            throw error
        }
    }

    func hold(_ bytes: Int) -> Bool {
        guard station.ledger.take(bytes) else { return false }
        held += bytes
        return true
    }

    private func readPiece() async throws(BodyFailure) -> Slice? {
        if let length = head.bodyLength, length > limits.bodyBytes { throw .tooLarge }
        let event: RequestParser.Event
        do throws(StreamFailure) {
            if owesContinue {
                // Behind an answer it would be taken for the next one; the client keeps its body then.
                guard status == nil else { throw .closed }
                owesContinue = false
                try await connection.send([HeadWriter.continue[...]])
            }
            event = try await connection.nextOfBody(by: pace.deadline(received, at: station))
        } catch {
            throw error == .timedOut ? .timedOut : .cut
        }
        switch event {
        case .piece(let piece):
            received += piece.count
            guard received <= limits.bodyBytes else { throw .tooLarge }
            return piece
        case .refused(.body(.bodyTooLarge)): throw .tooLarge
        case .refused(let refusal): throw .malformed(refusal)
        case .end, .head, .more:
            bodyHasEnded = true
            return nil
        }
    }

    // MARK: The answer

    func answer(_ response: Response) async throws {
        let framing = try begin(response.status, length: Int64(response.body.count))
        var buffer = encodedHead(response.status, response.headers, framing)
        answer = .done
        let hasBody = framing != .none && head.method != .head
        do throws(StreamFailure) {
            if hasBody, response.body.count > HTTP1Exchange.small {
                try await connection.send([buffer[...]] + response.body.slices)
            } else {
                if hasBody { for slice in response.body.slices { buffer.append(contentsOf: slice) } }
                try await connection.stream.write(buffer[...], by: station.loop.now + station.pauses.write)
            }
        } catch {
            throw broken(error)
        }
        station.giveBack(buffer)
    }

    func start(_ status: Int, _ headers: Headers, length: Int64?) async throws {
        let framing = try begin(status, length: length)
        let buffer = encodedHead(status, headers, framing)
        answer = .begun(head.method == .head ? .none : framing, written: 0)
        try await send([buffer[...]])
        station.giveBack(buffer)
    }

    func write(_ slice: Slice) async throws {
        guard case .begun(let framing, let written) = answer else { throw AnswerFailure.outOfOrder }
        guard !slice.isEmpty, framing != .none else { return }
        if case .length(let length) = framing, written + Int64(slice.count) > length {
            abort()
            throw AnswerFailure.wrongLength
        }
        answer = .begun(framing, written: written + Int64(slice.count))
        guard framing == .chunked else { return try await send([slice]) }
        var size = station.takeBuffer()
        HeadWriter.appendChunkSize(slice.count, to: &size)
        try await send([size[...], slice, HeadWriter.chunkEnd[...]])
        station.giveBack(size)
    }

    func finish() async throws {
        guard case .begun(let framing, let written) = answer else { throw AnswerFailure.outOfOrder }
        if case .length(let length) = framing, written != length {
            abort()
            throw AnswerFailure.wrongLength
        }
        answer = .done
        if framing == .chunked { try await send([HeadWriter.lastChunk[...]]) }
    }

    func abort() {
        if case .over = answer { return }
        answer = .broken
        connection.abort()
    }

    var clientIsGone: Bool {
        if case .broken = answer { true } else { connection.stream.isPeerGone || !connection.stream.isOpen }
    }

    func onClientLeaving(_ action: (() -> Void)?) {
        if case .over = answer { return }
        connection.stream.onHangUp(action)
    }

    /// The framing of an answer with this status, and the decision whether the connection outlives it.
    private func begin(_ status: Int, length: Int64?) throws(AnswerFailure) -> BodyFraming {
        guard case .none = answer, (200...999).contains(status), length ?? 0 >= 0 else { throw .outOfOrder }
        self.status = status
        keepsAlive = connection.keepsAlive && !station.isClosing && bodyFailure == nil && !owesContinue && isRestSmall
        if status == 204 || status == 304 { return .none }
        if let length { return .length(length) }
        if head.method == .head { return .none }
        if version == .http10 {
            keepsAlive = false
            return .untilClose
        }
        return .chunked
    }

    /// Whether what is left of the request's body is sure to be little enough to be read and thrown away.
    private var isRestSmall: Bool {
        guard !bodyHasEnded else { return true }
        guard let length = head.bodyLength else { return false }
        return length - Int64(received) <= Int64(limits.discardBytes)
    }

    private func encodedHead(_ status: Int, _ headers: Headers, _ framing: BodyFraming) -> Bytes {
        var buffer = station.takeBuffer()
        HeadWriter.appendResponse(
            status, headers, framing, date: station.dateLine(), keepsAlive: keepsAlive, to: version, into: &buffer)
        return buffer
    }

    private func send(_ pieces: [Slice]) async throws(AnswerFailure) {
        do throws(StreamFailure) {
            try await connection.send(pieces)
        } catch {
            throw broken(error)
        }
    }

    private func broken(_ failure: StreamFailure) -> AnswerFailure {
        abort()
        return .connection(failure)
    }

    // MARK: The end

    /// Ends the exchange if nothing is left to do, as nearly always: answered, the request read to its end, the connection to live on.
    func concludeAtOnce() -> Bool {
        guard case .done = answer, keepsAlive, bodyHasEnded else { return false }
        connection.stream.onHangUp(nil)
        answer = .over
        return true
    }

    /// Brings the exchange to an end after its handler has returned. True if the connection is ready for the next request.
    func conclude() async -> Bool {
        if case .none = answer {
            let response = station.handler.refusal(
                Refused(
                    status: 500, message: "The request was not answered.", path: head.path, origin: head.headers[.origin], peer: head.peer))
            try? await answer(response)
        }
        connection.stream.onHangUp(nil)
        guard case .done = answer else {
            abort()
            return false
        }
        answer = .over
        if keepsAlive, await discardRest() { return true }
        let isFarewellOfBoth = bodyHasEnded && !connection.hasUnreadInput && !connection.keepsAlive
        if !isFarewellOfBoth { await connection.linger() }
        return false
    }

    /// Reads what is left of the request's body, within bounds. False if the connection cannot go on behind it.
    private func discardRest() async -> Bool {
        let deadline = station.loop.now + station.pauses.body
        var discarded = 0
        while !bodyHasEnded {
            guard let event = try? await connection.nextOfBody(by: deadline) else { return false }
            switch event {
            case .end: bodyHasEnded = true
            case .piece(let piece):
                discarded += piece.count
                guard discarded <= limits.discardBytes else { return false }
            case .head, .more, .refused: return false
            }
        }
        return true
    }
}
