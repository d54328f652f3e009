import HTTP
import Net
import Wire

/// One HTTP/2 connection. The handler that serves HTTP/1.1 serves its requests concurrently.
///
/// One task reads for the life of the connection, one writes while there is output, and each request has its own. The flow-control windows
/// and the size of one write limit how much is buffered in either direction.
final class HTTP2Connection: ServerConnection {
    let stream: Net.Stream
    let shard: ServerShard
    let session: HTTP2Session
    var index = 0

    // No exclusivity checks at run time: see `ServerShard`.
    @exclusivity(unchecked) private var exchanges: [HTTP2Exchange] = []
    @exclusivity(unchecked) private var isReading = true
    @exclusivity(unchecked) private var isWriting = false
    @exclusivity(unchecked) private var hasEnded = false
    @exclusivity(unchecked) private var isClosingGracefully = false
    /// What ended the connection; nothing can be sent after it.
    @exclusivity(unchecked) private(set) var failure: StreamError?
    @exclusivity(unchecked) private var timeouts: HTTP2Timeouts
    @exclusivity(unchecked) private var watchdog: Timer?
    @exclusivity(unchecked) private var isDrainAnnounced = false
    @exclusivity(unchecked) private var isDrained = false

    init(_ stream: Net.Stream, at shard: ServerShard) {
        self.stream = stream
        self.shard = shard
        session = HTTP2Session(shard.limits)
        timeouts = HTTP2Timeouts(now: shard.loop.now, shard.timeouts)
    }

    private var limits: Limits { shard.limits }

    // MARK: Reading

    /// Begins with the input read so far. The shard must already list the connection.
    func begin(with input: Slice = []) async {
        if shard.isDraining {
            announceShutdown()
            shard.loop.after(limits.shutdownIdleWait) { [weak self] in self?.closeIfIdle() }
        }
        receive(input)
        await serve()
    }

    private func serve() async {
        while failure == nil {
            let deadline = timeouts.deadline(session, isIdle: exchanges.isEmpty)
            if park(until: deadline) { return }
            do throws(StreamError) {
                let input = try await stream.read(by: deadline)
                guard !input.isEmpty else { break }
                receive(input)
            } catch {
                if error == .timedOut { handleTimeout() } else { fail(error) }
            }
        }
        isReading = false
        // A client that only closed its sending side still gets its responses.
        for exchange in exchanges { exchange.notifyDisconnect() }
        endIfDone()
    }

    /// Ends the task while the connection is idle, as an HTTP/1.1 connection does.
    private func park(until deadline: Instant) -> Bool {
        guard exchanges.isEmpty, shard.parksIdle else { return false }
        return stream.whenReadable(by: deadline) { [self] failure in
            if let failure, failure != .timedOut { fail(failure) }
            if failure == .timedOut { handleTimeout() }
            Loop.fork { await self.serve() }
        }
    }

    private func receive(_ input: Slice) {
        guard !isClosingGracefully, !session.isOver else { return }
        let now = shard.loop.now
        let hadNotFailed = session.failure == nil
        let events = session.receive(input, second: now.nanoseconds / 1_000_000_000)
        timeouts.recordInput(session, at: now)
        handle(events)
        if let failure = session.failure {
            if hadNotFailed { reportRejection(failure.description) }
            failExchanges()
        }
        flush()
    }

    /// Acts on a read that timed out.
    private func handleTimeout() {
        guard failure == nil, !isClosingGracefully else { return fail(.timedOut) }
        switch timeouts.actionOnTimeout(session, isIdle: exchanges.isEmpty, at: shard.loop.now) {
        case .wait: return
        case .ping: session.ping()
        case .end: session.drain()
        case .reject:
            reportRejection("a request head did not arrive in time")
            session.fail(.enhanceYourCalm)
            failExchanges()
        case .fail: return fail(.timedOut)
        }
        flush()
    }

    // MARK: Requests

    private func handle(_ events: [HTTP2Session.Event]) {
        for event in events {
            switch event {
            case .request(let stream, let head, let expectsContinue):
                guard !stream.isClosed, failure == nil else { continue }
                // A reset request may still be running: it counts until its handler returns (CVE-2023-44487).
                guard exchanges.count < limits.maxConcurrentStreams else {
                    session.reset(stream, .refusedStream)
                    reportRejection("too many requests at once")
                    continue
                }
                answer(HTTP2Exchange(head, stream, on: self, expectsContinue: expectsContinue))
            case .rejected(let stream, let requestError, let method, let path):
                let rejected = RejectedRequest(
                    status: requestError.status, message: requestError.reason, path: path, origin: stream.rejectedOrigin,
                    peer: self.stream.peer)
                sendRejection(stream, rejected, method: method)
            case .malformed(let reason): reportRejection(reason)
            case .body(let stream): (stream.owner as? HTTP2Exchange)?.didReceiveBody()
            case .respondedEarly(let stream):
                shard.loop.after(limits.lingerIdleTimeout) { [weak self] in
                    self?.session.reset(stream, .noError)
                    self?.flush()
                }
            case .pong:
                if shard.isDraining { closeIfIdle() }
            case .closed(let stream): (stream.owner as? HTTP2Exchange)?.streamDidClose()
            }
        }
    }

    private func answer(_ exchange: HTTP2Exchange) {
        exchange.index = exchanges.count
        exchanges.append(exchange)
        Loop.fork {
            await self.shard.handler.handle(exchange)
            exchange.conclude()
            self.remove(exchange)
        }
    }

    private func remove(_ exchange: HTTP2Exchange) {
        let last = exchanges.removeLast()
        if last !== exchange {
            exchanges[exchange.index] = last
            last.index = exchange.index
        }
        if exchanges.isEmpty { timeouts.recordIdle(at: shard.loop.now) }
        flush()
        endIfDone()
    }

    /// Responds to input that never became a request.
    private func sendRejection(_ stream: HTTP2Stream, _ rejected: RejectedRequest, method: Method?) {
        let response = shard.handler.rejectionResponse(for: rejected)
        session.discardBody(of: stream)
        session.submitResponse(
            stream, response.status, headers: response.headers, length: Int64(response.body.count), date: shard.dateValue(),
            body: method == .head ? .none : .whole(response.body))
    }

    /// Counts and reports an error that no response can carry.
    private func reportRejection(_ reason: String) {
        shard.counters.http2Errors.increment()
        shard.handler.report(ConnectionRejection(kind: .http2, reason: reason, peer: stream.peer))
    }

    // MARK: Writing

    /// Schedules the write of the session's output, together with what else is queued until the loop runs it.
    func flush() {
        guard !isWriting, failure == nil else { return }
        guard session.wantsToWrite else {
            if session.isOver { closeGracefully() }
            return
        }
        isWriting = true
        Loop.fork { await self.write() }
    }

    private func write() async {
        while failure == nil {
            let (pieces, settled) = session.pull(atMost: max(1, limits.writeChunkBytes / 2))
            let events = session.takeEvents()
            if !pieces.isEmpty {
                do throws(StreamError) {
                    try await stream.write(pieces, by: shard.loop.now + shard.timeouts.write)
                } catch {
                    fail(error)
                }
            }
            for stream in settled { (stream.owner as? HTTP2Exchange)?.didFlush() }
            handle(events)
            if pieces.isEmpty { break }
        }
        isWriting = false
        if failure == nil, session.isOver { closeGracefully() }
        endIfDone()
    }

    /// Watches responses that wait for their client. One of which the client takes nothing for too long is aborted, after one to two write
    /// timeouts.
    func startWriteWatchdog() {
        guard watchdog == nil else { return }
        watchdog = shard.loop.after(limits.writeTimeout) { [weak self] in
            guard let self else { return }
            watchdog = nil
            for exchange in exchanges where exchange.checkStalled() { exchange.abandon() }
            if exchanges.contains(where: \.isSending) { startWriteWatchdog() }
            flush()
        }
    }

    // MARK: The end

    /// GOAWAY says which requests are processed, so that the client can retry the others.
    var hasServed: Bool { true }

    /// The first of two steps (RFC 9113 §6.8): announces the shutdown and still serves requests. When the client has answered the ping that
    /// follows, all requests that it sent before have arrived.
    func announceShutdown() {
        guard !hasEnded, !isDrainAnnounced else { return }
        isDrainAnnounced = true
        session.announceDrain()
        session.ping()
        flush()
    }

    /// The second step: serves no new request.
    @discardableResult
    func closeIfIdle() -> Bool {
        guard !hasEnded, shard.isDraining || exchanges.isEmpty else { return false }
        announceShutdown()
        if !isDrained { session.drain() }
        isDrained = true
        flush()
        return exchanges.isEmpty
    }

    func abort() {
        stream.abort()
        fail(.closed)
    }

    /// All output is written. Lets the client read it: closes without a reset.
    private func closeGracefully() {
        guard !isClosingGracefully else { return }
        isClosingGracefully = true
        failExchanges()
        stream.shutdownWrite()
        shard.loop.after(limits.lingerIdleTimeout) { [stream] in stream.close() }
    }

    /// Fails the requests in progress: their responses cannot be sent any more.
    private func failExchanges() {
        for exchange in exchanges { exchange.connectionDidFail() }
    }

    private func fail(_ failure: StreamError) {
        guard self.failure == nil else { return }
        self.failure = failure
        stream.close()
        failExchanges()
    }

    private func endIfDone() {
        guard !isReading, !isWriting, exchanges.isEmpty, !hasEnded else { return }
        hasEnded = true
        watchdog?.cancel()
        stream.close()
        shard.remove(self)
    }
}
