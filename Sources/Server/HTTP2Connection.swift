import HTTP
import Net
import Wire

/// One HTTP/2 connection: its requests are answered side by side, by the same handler that answers HTTP/1.1.
///
/// One task reads for as long as the connection lives; one writes while there is something to write; each request has its own.
/// How much waits in either direction is bounded by the windows and by what one write takes.
final class HTTP2Connection: ServerConnection {
    let stream: Net.Stream
    let shard: ServerShard
    let session: HTTP2Session
    var index = 0

    // Not checked for exclusive access at run time, for the station's reason.
    @exclusivity(unchecked) private var exchanges: [HTTP2Exchange] = []
    @exclusivity(unchecked) private var isReading = true
    @exclusivity(unchecked) private var isWriting = false
    @exclusivity(unchecked) private var hasEnded = false
    @exclusivity(unchecked) private var isClosingGracefully = false
    /// What ended it, once nothing can be sent any more.
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

    /// Begins with what has been read of it already. It has entered the station by then.
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
        // A client that only closed its sending side is still given the answers it asked for.
        for exchange in exchanges { exchange.notifyDisconnect() }
        endIfDone()
    }

    /// Gives the task up while nothing is to be done, as an HTTP/1.1 connection does.
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

    /// The client has kept us waiting for as long as it may.
    private func handleTimeout() {
        guard failure == nil, !isClosingGracefully else { return fail(.timedOut) }
        switch timeouts.actionOnTimeout(session, isIdle: exchanges.isEmpty, at: shard.loop.now) {
        case .wait: return
        case .ping: session.ping()
        case .end: session.drain()
        case .reject:
            reportRejection("a request head did not come in time")
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
                // Whoever resets a request does not thereby end the work on it at once.
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

    /// Answers what never became a request.
    private func sendRejection(_ stream: HTTP2Stream, _ rejected: RejectedRequest, method: Method?) {
        let response = shard.handler.rejectionResponse(for: rejected)
        session.discardBody(of: stream)
        session.submitResponse(
            stream, response.status, headers: response.headers, length: Int64(response.body.count), date: shard.dateValue(),
            body: method == .head ? .none : .whole(response.body))
    }

    /// Of what no answer can tell.
    private func reportRejection(_ reason: String) {
        shard.counters.http2Errors.increment()
        shard.handler.report(ConnectionRejection(kind: .http2, reason: reason, peer: stream.peer))
    }

    // MARK: Writing

    /// Sees to it that what the session has to say is written, together with what else comes up until the loop gets to it.
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

    /// An answer waits for its client. Whoever takes nothing of it for too long is given up: between one and two times the pause.
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

    /// The client is told which of its requests are answered, so that it loses none.
    var hasServed: Bool { true }

    /// The first of two steps (RFC 9113 §6.8): the client is told, and what it has sent by then is still answered. When it has answered the
    /// ping behind that, all of it has come.
    func announceShutdown() {
        guard !hasEnded, !isDrainAnnounced else { return }
        isDrainAnnounced = true
        session.announceDrain()
        session.ping()
        flush()
    }

    /// The second: nothing new is answered any more.
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

    /// All that was to be said is said. The client may still read it, so nothing is reset.
    private func closeGracefully() {
        guard !isClosingGracefully else { return }
        isClosingGracefully = true
        failExchanges()
        stream.shutdownWrite()
        shard.loop.after(limits.lingerIdleTimeout) { [stream] in stream.close() }
    }

    /// What is in flight will not be answered any more.
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
