import HTTP
import Net
import Wire

/// A request and its answer over HTTP/2.
final class HTTP2Exchange: Exchange {
    let head: RequestHead
    @exclusivity(unchecked) private(set) var status: Int?
    /// Where it stands in its connection's list.
    @exclusivity(unchecked) var place = 0

    private enum Answer {
        case none
        /// Between `start` and `finish`.
        case begun(hasBody: Bool, length: Int64?, written: Int64)
        case done
        /// Given up, or broken by the client.
        case broken
        /// The handler has returned.
        case over
    }

    private let stream: HTTP2Stream
    private let connection: HTTP2Connection
    // Not checked for exclusive access at run time, for the station's reason.
    @exclusivity(unchecked) private var answer = Answer.none
    @exclusivity(unchecked) private var bodyFailure: BodyFailure?
    @exclusivity(unchecked) private var received = 0
    /// Counted in the station's ledger.
    @exclusivity(unchecked) private var held = 0
    @exclusivity(unchecked) private var pace = BodyPace()
    /// The client waits for `100 Continue`.
    @exclusivity(unchecked) private var owesContinue: Bool
    @exclusivity(unchecked) private var leaving: (() -> Void)?
    @exclusivity(unchecked) private var isLost = false

    @exclusivity(unchecked) private var reader = Sleeper()
    @exclusivity(unchecked) private var writer = Sleeper()
    /// How much had gone when the connection looked last; nil if nothing was waiting then.
    @exclusivity(unchecked) private var mark: Int64?
    @exclusivity(unchecked) private var isGivenUp = false

    init(_ head: ParsedHead, _ stream: HTTP2Stream, on connection: HTTP2Connection, expectsContinue: Bool) {
        self.head = RequestHead(head, peer: connection.stream.peer, isTLS: connection.stream.isTLS)
        self.stream = stream
        self.connection = connection
        owesContinue = expectsContinue
        stream.owner = self
    }

    deinit {
        if held > 0 { connection.station.ledger.give(held) }
    }

    private var session: HTTP2Session { connection.session }
    private var station: Station { connection.station }

    // MARK: The request's body

    func nextPiece() async throws -> Slice? {
        if let bodyFailure { throw bodyFailure }
        guard head.bodyLength != 0 else { return nil }
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
        let limit = station.limits.bodyBytes
        if let length = head.bodyLength, length > limit { throw .tooLarge }
        while true {
            if let piece = session.takePiece(of: stream) {
                connection.flush()
                received += piece.count
                guard received <= limit else { throw .tooLarge }
                return piece
            }
            if let flaw = stream.flaw { throw .malformed(flaw) }
            if stream.hasEnded, !stream.wasCancelled { return nil }
            guard !isLost, !stream.isClosed else { throw .cut }
            if owesContinue {
                guard status == nil else { throw .cut }
                owesContinue = false
                session.continue(stream)
                connection.flush()
            }
            guard await waitForBody() else { throw .timedOut }
        }
    }

    /// False if nothing came for too long.
    private func waitForBody() async -> Bool {
        var isLate = false
        reader.lieDown()
        let timer = station.loop.after(pace.deadline(received, at: station) - station.loop.now) { [self] in
            isLate = true
            reader.wake()
        }
        await withUnsafeContinuation { reader.sleep($0) }
        timer.cancel()
        return !isLate
    }

    // MARK: The answer

    func answer(_ response: Response) async throws {
        let hasBody = try begin(response.status, length: Int64(response.body.count))
        answer = .done
        let length = response.status == 204 || response.status == 304 ? nil : Int64(response.body.count)
        session.answer(
            stream, response.status, response.headers, length: length, date: station.dateValue(),
            hasBody ? .whole(response.body) : .none)
        try await settle()
    }

    func start(_ status: Int, _ headers: Headers, length: Int64?) async throws {
        let hasBody = try begin(status, length: length)
        answer = .begun(hasBody: hasBody, length: length, written: 0)
        session.answer(
            stream, status, headers, length: hasBody || head.method == .head ? length : nil, date: station.dateValue(),
            hasBody ? .open : .none)
        connection.flush()
    }

    func write(_ slice: Slice) async throws {
        guard case .begun(let hasBody, let length, let written) = answer else { throw AnswerFailure.outOfOrder }
        guard !slice.isEmpty, hasBody else { return }
        let sum = written + Int64(slice.count)
        if let length, sum > length {
            abort()
            throw AnswerFailure.wrongLength
        }
        answer = .begun(hasBody: hasBody, length: length, written: sum)
        session.write(slice, on: stream)
        try await settle()
    }

    func finish() async throws {
        guard case .begun(let hasBody, let length, let written) = answer else { throw AnswerFailure.outOfOrder }
        if hasBody, let length, written != length {
            abort()
            throw AnswerFailure.wrongLength
        }
        answer = .done
        guard hasBody else { return }
        session.finish(stream)
        try await settle()
    }

    func abort() {
        if case .over = answer { return }
        answer = .broken
        session.reset(stream, .internalError)
        connection.flush()
    }

    /// Whether the answer has a body.
    private func begin(_ status: Int, length: Int64?) throws(AnswerFailure) -> Bool {
        guard case .none = answer, (200...999).contains(status), length ?? 0 >= 0 else { throw .outOfOrder }
        self.status = status
        guard !isLost, !stream.isClosed else { throw broken() }
        return status != 204 && status != 304 && head.method != .head
    }

    /// Waits until all that was given has been written.
    private func settle() async throws(AnswerFailure) {
        guard !isLost, !stream.isClosed else { throw broken() }
        writer.lieDown()
        mark = nil
        connection.flush()
        connection.watch()
        await withUnsafeContinuation { writer.sleep($0) }
        guard !isGivenUp, connection.failure == nil, stream.hasSentEnd || !isLost && !stream.isClosed else { throw broken() }
    }

    private func broken() -> AnswerFailure {
        answer = .broken
        return .connection(isGivenUp ? .timedOut : connection.failure ?? .reset)
    }

    // MARK: What the connection tells

    func bodyHasCome() { reader.wake() }
    func hasSettled() { writer.wake() }
    var isSending: Bool { writer.isAsleep }

    /// Whether it has waited since it was asked last, with not a byte sent.
    func isStuck() -> Bool {
        guard writer.isAsleep else { return false }
        defer { mark = stream.taken }
        return mark == stream.taken
    }

    /// Ends an answer that its client does not take.
    func giveUp() {
        isGivenUp = true
        session.reset(stream, .cancel)
        clientLeaves()
        writer.wake()
    }

    func streamHasClosed() {
        if stream.wasCancelled || !stream.hasSentEnd { clientLeaves() }
        reader.wake()
        writer.wake()
    }

    func connectionIsLost() {
        isLost = true
        clientLeaves()
        reader.wake()
        writer.wake()
    }

    func clientLeaves() { leaving.take()?() }

    var clientIsGone: Bool {
        if case .broken = answer { return true }
        return isLost || stream.wasCancelled || connection.stream.isPeerGone
    }

    func onClientLeaving(_ action: (() -> Void)?) {
        if case .over = answer { return }
        if let action, clientIsGone || connection.stream.hasPeerFinished { return action() }
        leaving = action
    }

    // MARK: The end

    /// Brings the exchange to an end after its handler has returned.
    func conclude() {
        leaving = nil
        switch answer {
        case .none:
            let response = station.handler.refusal(
                Refused(
                    status: 500, message: "The request was not answered.", path: head.path, origin: head.headers[.origin], peer: head.peer))
            session.answer(
                stream, response.status, response.headers, length: Int64(response.body.count), date: station.dateValue(),
                head.method == .head ? .none : .whole(response.body))
        case .begun, .broken: session.reset(stream, .internalError)
        case .done, .over: break
        }
        answer = .over
        session.discardBody(of: stream)
        stream.owner = nil
    }
}
