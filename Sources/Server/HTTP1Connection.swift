import HTTP
import Net
import Wire

/// One HTTP/1.1 connection from its first byte to its close: one request after the other, answers in the order of the requests.
final class HTTP1Connection: ServerConnection {
    let stream: Net.Stream
    let shard: ServerShard
    var index = 0

    // Not checked for exclusive access at run time, for the station's reason.
    @exclusivity(unchecked) private(set) var parser: RequestParser
    @exclusivity(unchecked) var input: Slice = []
    @exclusivity(unchecked) private var requestCount = 0
    /// Until when the head that has begun must have ended; `never` if none has.
    @exclusivity(unchecked) private var headDeadline = Instant.never
    /// It may be closed without anybody losing anything.
    @exclusivity(unchecked) private var isIdle = false

    init(_ stream: Net.Stream, at shard: ServerShard) {
        self.stream = stream
        self.shard = shard
        parser = RequestParser(shard.limits)
    }

    private var limits: Limits { shard.limits }
    var keepsAlive: Bool { parser.keepsAlive }
    var expectsContinue: Bool { parser.expectsContinue }

    /// What is to be done next. Deciding it is synchronous, and the one frame that waits is small: there is one for each idle connection.
    private enum Action {
        case answer(HTTP1Exchange)
        case read(by: Instant)
        case reject(RejectedRequest)
        case end
    }

    /// Answers a fresh connection without reading from it, and ends it.
    func reject(_ rejected: RejectedRequest) async {
        await sendRejection(rejected)
        end()
    }

    /// Until the connection ends, or idles where it takes no task to do so.
    func serve() async {
        serving: while true {
            switch nextAction() {
            case .answer(let exchange):
                await shard.handler.handle(exchange)
                if exchange.concludeAtOnce() {
                    // Whoever sends many requests at once waits for the others' one after each of them.
                    if !input.isEmpty { await Task.yield() }
                    continue
                }
                guard await exchange.conclude() else { break serving }
            case .read(let deadline):
                if park(until: deadline) { return }
                do throws(StreamError) {
                    let isFirst = requestCount == 0 && isIdle
                    input = try await stream.read(by: deadline)
                    guard recordRead() else { break serving }
                    let mayBeHTTP2 = HTTP2Preface.mayBegin(input) || HTTP2Preface.hasPrefaceLine(input)
                    if isFirst, mayBeHTTP2, try await detectHTTP2(by: deadline) { return switchToHTTP2() }
                } catch {
                    if let rejected = timeoutRejection(for: error) { await sendRejection(rejected) }
                    break serving
                }
            case .reject(let rejected):
                await sendRejection(rejected)
                break serving
            case .end: break serving
            }
        }
        end()
    }

    private func end() {
        stream.close()
        shard.remove(self)
    }

    /// Gives the task up while nothing is to be done: it holds on to the stack of the deepest handler it ever ran. That pays where there
    /// are many connections; where there are few, making a task for each request would cost more than it saves.
    /// - Returns: false if the connection is to be read by this task.
    private func park(until deadline: Instant) -> Bool {
        guard isIdle, shard.parksIdle else { return false }
        return stream.whenReadable(by: deadline) { [self] failure in
            guard failure == nil else { return end() }
            Loop.fork { await self.serve() }
        }
    }

    var hasServed: Bool { requestCount > 0 }

    // MARK: Heads

    private func nextAction() -> Action {
        switch parser.next(&input) {
        case .head(let head):
            requestCount += 1
            headDeadline = .never
            if head.body == .none { _ = parser.next(&input) }
            return .answer(HTTP1Exchange(head, on: self))
        case .rejected(.notHTTP):
            // An invalid preface: its connection is closed, and GOAWAY may be left out (RFC 9113 §3.4).
            shard.handler.report(ConnectionRejection(kind: .notHTTP, reason: RequestError.notHTTP.reason, peer: stream.peer))
            return .end
        case .rejected(let requestError):
            return .reject(
                RejectedRequest(
                    status: requestError.status, message: requestError.reason, path: parser.rejectedPath, origin: parser.rejectedOrigin,
                    peer: stream.peer))
        case .more:
            input = []  // An empty slice would keep the buffer of the last read alive.
            isIdle = parser.isBetweenRequests
            if isIdle, shard.isDraining {
                // Only whoever was accepted last comes here without having been told that the connection ends.
                guard !hasServed || !stream.isQuiet() else { return .end }
                return .read(by: shard.loop.now + shard.timeouts.shutdownIdleWait)
            }
            if isIdle { return .read(by: shard.loop.now + (requestCount == 0 ? shard.timeouts.header : shard.timeouts.keepAlive)) }
            if headDeadline == .never { headDeadline = shard.loop.now + shard.timeouts.header }
            return .read(by: headDeadline)
        case .piece, .end:
            return .end  // Cannot be: the exchange before has read its body to the end.
        }
    }

    /// After a read for a head. False if the client has nothing more to say.
    private func recordRead() -> Bool {
        isIdle = false
        return !input.isEmpty
    }

    /// What is said to a client whose head does not come; nothing if it has not begun one.
    private func timeoutRejection(for failure: StreamError) -> RejectedRequest? {
        guard failure == .timedOut, !isIdle else { return nil }
        return RejectedRequest(status: 408, message: "The request head did not come in time.", path: nil, peer: stream.peer)
    }

    /// Answers what never became a request, and ends the connection.
    private func sendRejection(_ rejected: RejectedRequest) async {
        let response = shard.handler.rejectionResponse(for: rejected)
        var bytes = shard.takeBuffer()
        HeadWriter.appendResponse(
            response.status, response.headers, body: .length(Int64(response.body.count)), date: shard.dateLine(), keepsAlive: false,
            to: .http11, into: &bytes)
        do throws(StreamError) {
            try await send([bytes[...]] + response.body.slices)
            await linger()
        } catch {
            stream.close()
        }
        shard.returnBuffer(bytes)
    }

    // MARK: Bodies

    /// What the parser finds next of the current request's body; reads when it must.
    /// - Throws: `timedOut`, or whatever ended the connection; `closed` also when the client has closed its side.
    func readBodyEvent(by deadline: Instant) async throws(StreamError) -> RequestParser.Event {
        while true {
            let event = parser.next(&input)
            guard case .more = event else { return event }
            input = try await stream.read(by: deadline)
            guard !input.isEmpty else { throw .closed }
        }
    }

    // MARK: Answers

    /// Writes the pieces with as few calls as they take; each portion has its own deadline, so that a large answer may take its time.
    func send(_ pieces: [Slice]) async throws(StreamError) {
        let portion = limits.writeChunkBytes
        var batch: [Slice] = []
        var size = 0
        for piece in pieces {
            var rest = piece
            while size + rest.count > portion {
                batch.append(rest.prefix(portion - size))
                rest = rest.dropFirst(portion - size)
                try await stream.write(batch, by: shard.loop.now + shard.timeouts.write)
                batch.removeAll(keepingCapacity: true)
                size = 0
            }
            batch.append(rest)
            size += rest.count
        }
        try await stream.write(batch, by: shard.loop.now + shard.timeouts.write)
    }

    // MARK: The end

    /// Ends the connection in such a way that the client can still read the last answer, even if it goes on sending (RFC 9112 §9.6):
    /// closing with unread input would make the kernel reset it.
    func linger() async {
        stream.shutdownWrite()
        isIdle = true
        defer { isIdle = false }
        let end = shard.loop.now + limits.lingerTimeout
        while shard.loop.now < end {
            let deadline = min(end, shard.loop.now + limits.lingerIdleTimeout)
            guard let bytes = try? await stream.read(by: deadline), !bytes.isEmpty else { break }
        }
        stream.close()
    }

    /// Whether the client has more on the way than it was asked for.
    var hasUnreadInput: Bool { !input.isEmpty || !stream.isQuiet() }

    func closeIfIdle() -> Bool {
        guard isIdle, stream.isQuiet() || stream.hasPeerFinished else { return false }
        stream.close()
        return true
    }

    func abort() { stream.abort() }
}
