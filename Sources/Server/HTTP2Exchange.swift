import HTTP
import Net
import Wire

/// A request and its response over HTTP/2.
final class HTTP2Exchange: Exchange {
    let head: RequestHead
    @exclusivity(unchecked) private(set) var status: Int?
    /// Its position in the connection's list.
    @exclusivity(unchecked) var index = 0

    private enum ResponseState {
        case none
        /// Between `start` and `finish`.
        case begun(hasBody: Bool, length: Int64?, written: Int64)
        case done
        /// Aborted, or reset by the client.
        case broken
        /// The handler has returned.
        case over
    }

    private let stream: HTTP2Stream
    private let connection: HTTP2Connection
    // No exclusivity checks at run time: see `ServerShard`.
    @exclusivity(unchecked) private var responseState = ResponseState.none
    @exclusivity(unchecked) private var bodyError: BodyError?
    @exclusivity(unchecked) private var receivedBytes = 0
    /// Bytes reserved in the shard's memory budget.
    @exclusivity(unchecked) private var reservedBytes = 0
    @exclusivity(unchecked) private var minimumRate = MinimumBodyRate()
    /// The client waits for `100 Continue`.
    @exclusivity(unchecked) private var mustSendContinue: Bool
    @exclusivity(unchecked) private var disconnectAction: (() -> Void)?
    @exclusivity(unchecked) private var hasConnectionFailed = false

    @exclusivity(unchecked) private var reader = Wakeup()
    @exclusivity(unchecked) private var writer = Wakeup()
    /// Bytes sent at the last check of the watchdog; nil if nothing was waiting then.
    @exclusivity(unchecked) private var sentAtLastCheck: Int64?
    @exclusivity(unchecked) private var isAbandoned = false
    /// Set while a response without a task waits for its end.
    @exclusivity(unchecked) private var observer: (any ResponseObserver)?

    init(_ head: ParsedHead, _ stream: HTTP2Stream, on connection: HTTP2Connection, expectsContinue: Bool) {
        self.head = RequestHead(head, from: connection.peer)
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

    /// False if nothing arrived before the deadline.
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

    // MARK: The response

    func answer(_ response: Response) async throws {
        try submit(response)
        try await waitUntilFlushed()
    }

    func answer(_ response: Response, notifying observer: any ResponseObserver) {
        do throws(ResponseWriteError) {
            try submit(response)
        } catch {
            return observer.responseDidEnd(error)
        }
        self.observer = observer
        sentAtLastCheck = nil
        connection.startWriteWatchdog()
    }

    private func submit(_ response: Response) throws(ResponseWriteError) {
        let hasBody = try begin(response.status, length: Int64(response.body.count))
        responseState = .done
        let length = response.status == 204 || response.status == 304 ? nil : Int64(response.body.count)
        session.submitResponse(
            stream, response.status, headers: response.headers, length: length, date: shard.dateValue(),
            body: hasBody ? .whole(response.body) : .none)
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

    /// Checks that a response may begin; returns whether it has a body.
    private func begin(_ status: Int, length: Int64?) throws(ResponseWriteError) -> Bool {
        guard case .none = responseState, (200...999).contains(status), length ?? 0 >= 0 else { throw .outOfOrder }
        self.status = status
        guard !hasConnectionFailed, !stream.isClosed else { throw fail() }
        return status != 204 && status != 304 && head.method != .head
    }

    /// Waits until everything queued has been written.
    private func waitUntilFlushed() async throws(ResponseWriteError) {
        guard !hasConnectionFailed, !stream.isClosed else { throw fail() }
        writer.arm()
        sentAtLastCheck = nil
        connection.flush()
        connection.startWriteWatchdog()
        await withUnsafeContinuation { writer.wait($0) }
        if let error = writeError { throw error }
    }

    /// Why what was queued has not been written.
    private var writeError: ResponseWriteError? {
        guard isAbandoned || connection.failure != nil || !stream.hasSentEnd && (hasConnectionFailed || stream.isClosed) else { return nil }
        return fail()
    }

    private func fail() -> ResponseWriteError {
        responseState = .broken
        return .connection(isAbandoned ? .timedOut : connection.failure ?? .reset)
    }

    // MARK: Events of the connection

    func didReceiveBody() { reader.wake() }

    func didFlush() {
        writer.wake()
        endWithoutTask()
    }

    var isSending: Bool { writer.isWaiting || observer != nil }

    /// Whether it has sent no byte since the last check, although it was waiting.
    func checkStalled() -> Bool {
        guard isSending else { return false }
        defer { sentAtLastCheck = stream.sentBytes }
        return sentAtLastCheck == stream.sentBytes
    }

    /// Aborts a response that the client does not take.
    func abandon() {
        isAbandoned = true
        session.reset(stream, .cancel)
        notifyDisconnect()
        writer.wake()
        endWithoutTask()
    }

    func streamDidClose() {
        if stream.wasCancelled || !stream.hasSentEnd { notifyDisconnect() }
        reader.wake()
        writer.wake()
        endWithoutTask()
    }

    func connectionDidFail() {
        hasConnectionFailed = true
        notifyDisconnect()
        reader.wake()
        writer.wake()
        endWithoutTask()
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

    /// The handler has responded without a task. A response that could not begin ends the exchange here, others when they are written.
    func handlerDidReturn() { if observer == nil { end() } }

    /// Ends an exchange without a task: its response has been written, or cannot be.
    private func endWithoutTask() {
        guard let observer = observer.take() else { return }
        observer.responseDidEnd(writeError)
        end()
    }

    private func end() {
        conclude()
        connection.remove(self)
    }

    /// Ends the exchange after its handler has returned.
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

/// Suspends one task until it is woken. A `wake` between `arm` and `wait` is not lost.
struct Wakeup {
    private var continuation: UnsafeContinuation<Void, Never>?
    private(set) var isWaiting = false

    /// From here on, `wake` takes effect.
    mutating func arm() { isWaiting = true }

    /// The runtime may run other jobs before this, and one of them may have called `wake`.
    mutating func wait(_ continuation: UnsafeContinuation<Void, Never>) {
        if isWaiting { self.continuation = continuation } else { continuation.resume() }
    }

    mutating func wake() {
        isWaiting = false
        continuation.take()?.resume()
    }
}
