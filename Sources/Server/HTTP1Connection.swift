import HTTP
import Net
import Wire

/// One HTTP/1.1 connection from its first byte to its close. Responses are sent in the order of the requests.
final class HTTP1Connection: ServerConnection {
    let stream: Net.Stream
    let shard: ServerShard
    var index = 0

    // No exclusivity checks at run time: see `ServerShard`.
    @exclusivity(unchecked) private(set) var parser: RequestParser
    @exclusivity(unchecked) var input: Slice = []
    @exclusivity(unchecked) private var requestCount = 0
    /// When the head that is being read must be complete; `never` if none is.
    @exclusivity(unchecked) private var headDeadline = Instant.never
    /// Whether it may be closed without losing a request or a response.
    @exclusivity(unchecked) private var isIdle = false

    init(_ stream: Net.Stream, at shard: ServerShard) {
        self.stream = stream
        self.shard = shard
        parser = RequestParser(shard.limits)
    }

    private var limits: Limits { shard.limits }
    var keepsAlive: Bool { parser.keepsAlive }
    var expectsContinue: Bool { parser.expectsContinue }

    /// What to do next. The decision is synchronous, so that the one frame that waits is small: every idle connection has one.
    private enum Action {
        case answer(HTTP1Exchange)
        case read(by: Instant)
        case reject(RejectedRequest)
        case end
    }

    /// Responds to a new connection without reading from it, and closes it.
    func reject(_ rejected: RejectedRequest) async {
        await sendRejection(rejected)
        end()
    }

    /// Serves requests until the connection ends, or is parked.
    func serve() async {
        serving: while true {
            switch nextAction() {
            case .answer(let exchange):
                await shard.handler.handle(exchange)
                if exchange.concludeAtOnce() {
                    // A client that pipelines many requests must not starve other connections.
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

    /// Ends the task while the connection is idle, because a task keeps the stack of the deepest handler it ever ran. With many
    /// connections that saves memory; with few, a new task for each request costs more than it saves.
    /// - Returns: false if this task shall read on.
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
            // An invalid preface: close the connection; GOAWAY may be omitted (RFC 9113 §3.4).
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
                // Only a connection accepted last can get here without a `connection: close`.
                guard !hasServed || !stream.isQuiet() else { return .end }
                return .read(by: shard.loop.now + shard.timeouts.shutdownIdleWait)
            }
            if isIdle { return .read(by: shard.loop.now + (requestCount == 0 ? shard.timeouts.header : shard.timeouts.keepAlive)) }
            if headDeadline == .never { headDeadline = shard.loop.now + shard.timeouts.header }
            return .read(by: headDeadline)
        case .piece, .end:
            return .end  // Cannot happen: the previous exchange has read its body to the end.
        }
    }

    /// After a read for a head. False if the client has closed its sending side.
    private func recordRead() -> Bool {
        isIdle = false
        return !input.isEmpty
    }

    /// The rejection of a head that did not arrive in time; nil if none had begun.
    private func timeoutRejection(for failure: StreamError) -> RejectedRequest? {
        guard failure == .timedOut, !isIdle else { return nil }
        return RejectedRequest(status: 408, message: "The request head did not arrive in time.", path: nil, peer: stream.peer)
    }

    /// Responds to input that never became a request, and closes the connection.
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

    /// The next event of the current request's body; reads input if needed.
    /// - Throws: `timedOut`, or the error that ended the connection; `closed` also when the client has closed its sending side.
    func readBodyEvent(by deadline: Instant) async throws(StreamError) -> RequestParser.Event {
        while true {
            let event = parser.next(&input)
            guard case .more = event else { return event }
            input = try await stream.read(by: deadline)
            guard !input.isEmpty else { throw .closed }
        }
    }

    // MARK: Responses

    /// Writes the pieces with few system calls. Each chunk has its own deadline, so that a large response may take long.
    func send(_ pieces: [Slice]) async throws(StreamError) {
        let chunkBytes = limits.writeChunkBytes
        var batch: [Slice] = []
        var size = 0
        for piece in pieces {
            var rest = piece
            while size + rest.count > chunkBytes {
                batch.append(rest.prefix(chunkBytes - size))
                rest = rest.dropFirst(chunkBytes - size)
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

    /// Closes the connection such that the client can still read the last response, even if it continues to send (RFC 9112 §9.6): closing
    /// with unread input would make the kernel send a reset.
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

    /// Whether the client has sent, or is sending, more than has been read.
    var hasUnreadInput: Bool { !input.isEmpty || !stream.isQuiet() }

    func closeIfIdle() -> Bool {
        guard isIdle, stream.isQuiet() || stream.hasPeerFinished else { return false }
        stream.close()
        return true
    }

    func abort() { stream.abort() }
}

/// The switch to HTTP/2 on a clear-text port: prior knowledge (RFC 9113 §3.3). With TLS, ALPN has decided. `Upgrade: h2c` is ignored: RFC
/// 9113 has removed it, and it lets requests bypass the rules of a proxy.
extension HTTP1Connection {
    /// Whether the connection begins with HTTP/2's preface, or with its first line and an error after it. Reads more while that is open.
    func detectHTTP2(by deadline: Instant) async throws(StreamError) -> Bool {
        guard !stream.isTLS else { return false }
        while !HTTP2Preface.begins(input) {
            guard HTTP2Preface.mayBegin(input) else { return HTTP2Preface.hasPrefaceLine(input) }
            let more = try await stream.read(by: deadline)
            guard !more.isEmpty else { return false }
            input.append(contentsOf: more)
        }
        return true
    }

    /// Continues as an HTTP/2 connection, with the input read so far.
    func switchToHTTP2() {
        let next = HTTP2Connection(stream, at: shard)
        let input = input
        self.input = []
        shard.add(next)
        shard.remove(self)
        Loop.fork { await next.begin(with: input) }
    }
}
