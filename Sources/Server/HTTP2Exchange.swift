import HTTP
import Net
import Wire

/// A request and its answer over HTTP/2.
final class HTTP2Exchange: Exchange {
    let head: RequestHead
    @exclusivity(unchecked) private(set) var status: Int?
    /// Where it stands in its connection's list.
    @exclusivity(unchecked) var index = 0

    private enum ResponseState {
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
    @exclusivity(unchecked) private var responseState = ResponseState.none
    @exclusivity(unchecked) private var bodyError: BodyError?
    @exclusivity(unchecked) private var receivedBytes = 0
    /// Counted in the station's ledger.
    @exclusivity(unchecked) private var reservedBytes = 0
    @exclusivity(unchecked) private var minimumRate = MinimumBodyRate()
    /// The client waits for `100 Continue`.
    @exclusivity(unchecked) private var mustSendContinue: Bool
    @exclusivity(unchecked) private var disconnectAction: (() -> Void)?
    @exclusivity(unchecked) private var hasConnectionFailed = false

    @exclusivity(unchecked) private var reader = Wakeup()
    @exclusivity(unchecked) private var writer = Wakeup()
    /// How much had gone when the connection looked last; nil if nothing was waiting then.
    @exclusivity(unchecked) private var sentAtLastCheck: Int64?
    @exclusivity(unchecked) private var isAbandoned = false

    init(_ head: ParsedHead, _ stream: HTTP2Stream, on connection: HTTP2Connection, expectsContinue: Bool) {
        self.head = RequestHead(head, peer: connection.stream.peer, isTLS: connection.stream.isTLS)
        self.stream = stream
        self.connection = connection
        mustSendContinue = expectsContinue
        stream.owner = self
    }

    deinit {
        if reservedBytes > 0 { connection.shard.bodyMemory.release(reservedBytes) }
    }

    private var session: HTTP2Session { connection.session }
    private var shard: ServerShard { connection.shard }

    // MARK: The request's body

    func nextBodyPiece() async throws -> Slice? {
        if let bodyError { throw bodyError }
        guard head.bodyLength != 0 else { return nil }
        if case .over = responseState { throw BodyError.incomplete }
        do throws(BodyError) {
            return try await readPiece()
        } catch {
            bodyError = error
            throw error
        }
    }

    func reserveMemory(_ bytes: Int) -> Bool {
        guard shard.bodyMemory.reserve(bytes) else { return false }
        reservedBytes += bytes
        return true
    }

    private func readPiece() async throws(BodyError) -> Slice? {
        let limit = shard.limits.maxBodyBytes
        if let length = head.bodyLength, length > limit { throw .tooLarge }
        while true {
            if let piece = session.takePiece(of: stream) {
                connection.flush()
                receivedBytes += piece.count
                guard receivedBytes <= limit else { throw .tooLarge }
                return piece
            }
            if let requestError = stream.requestError { throw .malformed(requestError) }
            if stream.hasEnded, !stream.wasCancelled { return nil }
            guard !hasConnectionFailed, !stream.isClosed else { throw .incomplete }
            if mustSendContinue {
                guard status == nil else { throw .incomplete }
                mustSendContinue = false
                session.continue(stream)
                connection.flush()
            }
            guard await waitForBody() else { throw .timedOut }
        }
    }

    /// False if nothing came for too long.
    private func waitForBody() async -> Bool {
        var isLate = false
        reader.arm()
        let timer = shard.loop.after(minimumRate.deadline(receivedBytes, at: shard) - shard.loop.now) { [self] in
            isLate = true
            reader.wake()
        }
        await withUnsafeContinuation { reader.wait($0) }
        timer.cancel()
        return !isLate
    }

    // MARK: The answer

    func answer(_ response: Response) async throws {
        let hasBody = try begin(response.status, length: Int64(response.body.count))
        responseState = .done
        let length = response.status == 204 || response.status == 304 ? nil : Int64(response.body.count)
        session.submitResponse(
            stream, response.status, headers: response.headers, length: length, date: shard.dateValue(),
            body: hasBody ? .whole(response.body) : .none)
        try await waitUntilFlushed()
    }

    func start(_ status: Int, _ headers: Headers, length: Int64?) async throws {
        let hasBody = try begin(status, length: length)
        responseState = .begun(hasBody: hasBody, length: length, written: 0)
        session.submitResponse(
            stream, status, headers: headers, length: hasBody || head.method == .head ? length : nil, date: shard.dateValue(),
            body: hasBody ? .open : .none)
        connection.flush()
    }

    func write(_ slice: Slice) async throws {
        guard case .begun(let hasBody, let length, let written) = responseState else { throw ResponseWriteError.outOfOrder }
        guard !slice.isEmpty, hasBody else { return }
        let sum = written + Int64(slice.count)
        if let length, sum > length {
            abort()
            throw ResponseWriteError.wrongLength
        }
        responseState = .begun(hasBody: hasBody, length: length, written: sum)
        session.write(slice, on: stream)
        try await waitUntilFlushed()
    }

    func finish() async throws {
        guard case .begun(let hasBody, let length, let written) = responseState else { throw ResponseWriteError.outOfOrder }
        if hasBody, let length, written != length {
            abort()
            throw ResponseWriteError.wrongLength
        }
        responseState = .done
        guard hasBody else { return }
        session.finish(stream)
        try await waitUntilFlushed()
    }

    func abort() {
        if case .over = responseState { return }
        responseState = .broken
        session.reset(stream, .internalError)
        connection.flush()
    }

    /// Whether the answer has a body.
    private func begin(_ status: Int, length: Int64?) throws(ResponseWriteError) -> Bool {
        guard case .none = responseState, (200...999).contains(status), length ?? 0 >= 0 else { throw .outOfOrder }
        self.status = status
        guard !hasConnectionFailed, !stream.isClosed else { throw fail() }
        return status != 204 && status != 304 && head.method != .head
    }

    /// Waits until all that was given has been written.
    private func waitUntilFlushed() async throws(ResponseWriteError) {
        guard !hasConnectionFailed, !stream.isClosed else { throw fail() }
        writer.arm()
        sentAtLastCheck = nil
        connection.flush()
        connection.startWriteWatchdog()
        await withUnsafeContinuation { writer.wait($0) }
        guard !isAbandoned, connection.failure == nil, stream.hasSentEnd || !hasConnectionFailed && !stream.isClosed else { throw fail() }
    }

    private func fail() -> ResponseWriteError {
        responseState = .broken
        return .connection(isAbandoned ? .timedOut : connection.failure ?? .reset)
    }

    // MARK: What the connection tells

    func didReceiveBody() { reader.wake() }
    func didFlush() { writer.wake() }
    var isSending: Bool { writer.isWaiting }

    /// Whether it has waited since it was asked last, with not a byte sent.
    func checkStalled() -> Bool {
        guard writer.isWaiting else { return false }
        defer { sentAtLastCheck = stream.sentBytes }
        return sentAtLastCheck == stream.sentBytes
    }

    /// Ends an answer that its client does not take.
    func abandon() {
        isAbandoned = true
        session.reset(stream, .cancel)
        notifyDisconnect()
        writer.wake()
    }

    func streamDidClose() {
        if stream.wasCancelled || !stream.hasSentEnd { notifyDisconnect() }
        reader.wake()
        writer.wake()
    }

    func connectionDidFail() {
        hasConnectionFailed = true
        notifyDisconnect()
        reader.wake()
        writer.wake()
    }

    func notifyDisconnect() { disconnectAction.take()?() }

    var clientIsGone: Bool {
        if case .broken = responseState { return true }
        return hasConnectionFailed || stream.wasCancelled || connection.stream.isPeerGone
    }

    func onClientDisconnect(_ action: (() -> Void)?) {
        if case .over = responseState { return }
        if let action, clientIsGone || connection.stream.hasPeerFinished { return action() }
        disconnectAction = action
    }

    // MARK: The end

    /// Brings the exchange to an end after its handler has returned.
    func conclude() {
        disconnectAction = nil
        switch responseState {
        case .none:
            let response = shard.handler.rejectionResponse(
                for: RejectedRequest(
                    status: 500, message: "The request was not answered.", path: head.path, origin: head.headers[.origin], peer: head.peer))
            session.submitResponse(
                stream, response.status, headers: response.headers, length: Int64(response.body.count), date: shard.dateValue(),
                body: head.method == .head ? .none : .whole(response.body))
        case .begun, .broken: session.reset(stream, .internalError)
        case .done, .over: break
        }
        responseState = .over
        session.discardBody(of: stream)
        stream.owner = nil
    }
}
