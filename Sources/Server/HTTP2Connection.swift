import HTTP
import Net
import Wire

/// One HTTP/2 connection. The handler that serves HTTP/1.1 serves its requests concurrently.
///
/// Input is read without a task, and output written without one while the kernel takes it. A request has a task if its handler has to wait.
/// The flow-control windows and the size of one write limit how much is buffered in either direction.
final class HTTP2Connection: ServerConnection {
    let stream: Net.Stream
    let shard: ServerShard
    let session: HTTP2Session
    let peer: ConnectionPeer
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
    /// What runs when a read would not block, made once.
    @exclusivity(unchecked) private var onReadable: (StreamError?) -> Void = { _ in }

    /// How much is read before other connections get their turn.
    private static let maxReadsPerTurn = 16

    init(_ stream: Net.Stream, at shard: ServerShard) {
        self.stream = stream
        self.shard = shard
        session = HTTP2Session(shard.limits)
        peer = ConnectionPeer(stream)
        timeouts = HTTP2Timeouts(now: shard.loop.now, shard.timeouts)
        // Unowned: the shard lists the connection until its stream is closed, which ends the wait.
        onReadable = { [unowned self] in resume($0) }
    }

    private var limits: Limits { shard.limits }

    // MARK: Reading

    /// Begins with the input read so far. The shard must already list the connection.
    func begin(with input: Slice = []) {
        if shard.isDraining {
            announceShutdown()
            shard.loop.after(limits.shutdownIdleWait) { [weak self] in self?.closeIfIdle() }
        }
        receive(input)
        serve()
    }

    /// Reads what has arrived and waits for more, both without a task.
    private func serve() {
        for _ in 0..<HTTP2Connection.maxReadsPerTurn {
            guard failure == nil else { return endReading() }
            let deadline = timeouts.deadline(session, isIdle: exchanges.isEmpty)
            if stream.whenReadable(by: deadline, onReadable) { return }
            do throws(StreamError) {
                guard let input = try stream.readAvailable() else { continue }
                guard !input.isEmpty else { return endReading() }
                receive(input)
            } catch {
                fail(error)
            }
        }
        Loop.fork {
            await Task.yield()
            self.serve()
        }
    }

    /// Ends the wait for input.
    private func resume(_ failure: StreamError?) {
        if failure == .timedOut { handleTimeout() } else if let failure { fail(failure) }
        serve()
    }

    private func endReading() {
        isReading = false
        // A client that only closed its sending side still gets its responses.
        for exchange in exchanges { exchange.notifyDisconnect() }
        endIfDone()
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
        writeAvailable()
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
        guard !shard.handler.respondImmediately(to: exchange) else { return exchange.handlerDidReturn() }
        Loop.fork {
            await self.shard.handler.handle(exchange)
            exchange.conclude()
            self.remove(exchange)
        }
    }

    func remove(_ exchange: HTTP2Exchange) {
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

    /// Writes the session's output without a task, as far as the kernel takes it.
    private func writeAvailable() {
        guard !isWriting, failure == nil else { return }
        isWriting = true
        while failure == nil {
            let output = takeOutput()
            do throws(StreamError) {
                let rest = try stream.writeAvailable(output.pieces)
                guard rest.isEmpty else {
                    return Loop.fork { await self.write(Output(pieces: rest, settled: output.settled, events: output.events)) }
                }
            } catch {
                fail(error)
            }
            didWrite(output)
            if output.pieces.isEmpty { break }
        }
        endWriting()
    }

    /// Writes in a task until there is no output.
    private func write(_ first: Output? = nil) async {
        var next = first
        while failure == nil {
            let output = next.take() ?? takeOutput()
            if !output.pieces.isEmpty {
                do throws(StreamError) {
                    try await stream.write(output.pieces, by: shard.loop.now + shard.timeouts.write)
                } catch {
                    fail(error)
                }
            }
            didWrite(output)
            if output.pieces.isEmpty { break }
        }
        endWriting()
    }

    /// One write, and what happens after it.
    private struct Output {
        let pieces: [Slice]
        let settled: [HTTP2Stream]
        let events: [HTTP2Session.Event]
    }

    private func takeOutput() -> Output {
        let (pieces, settled) = session.pull(atMost: max(1, limits.writeChunkBytes / 2))
        return Output(pieces: pieces, settled: settled, events: session.takeEvents())
    }

    private func didWrite(_ output: Output) {
        for stream in output.settled { (stream.owner as? HTTP2Exchange)?.didFlush() }
        handle(output.events)
    }

    private func endWriting() {
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
