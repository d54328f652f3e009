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

    /// Whether the client may still turn out to speak HTTP/2. With TLS, ALPN has decided.
    @exclusivity(unchecked) private var mayBeHTTP2: Bool
    /// What runs when a read would not block, made once.
    @exclusivity(unchecked) private var onReadable: (StreamError?) -> Void = { _ in }
    let peer: ConnectionPeer

    /// How many requests are served before other connections get their turn.
    private static let maxRequestsPerTurn = 16

    init(_ stream: Net.Stream, at shard: ServerShard) {
        self.stream = stream
        self.shard = shard
        peer = ConnectionPeer(stream)
        parser = RequestParser(shard.limits)
        mayBeHTTP2 = !stream.isTLS
        // Unowned: the shard lists the connection until its stream is closed, which ends the wait.
        onReadable = { [unowned self] in resume($0) }
    }

    private var limits: Limits { shard.limits }
    var keepsAlive: Bool { parser.keepsAlive }
    var expectsContinue: Bool { parser.expectsContinue }

    /// What to do with the input.
    private enum Action {
        case answer(HTTP1Exchange)
        case read(by: Instant)
        case reject(RejectedRequest)
        case switchToHTTP2
        case end
    }

    /// What needs a task, because it may have to wait.
    private enum Work {
        case handle(HTTP1Exchange)
        /// The handler has responded; the rest of the response or of the request is still to come.
        case conclude(HTTP1Exchange)
        case reject(RejectedRequest)
        /// Others must have their turn first.
        case yield
    }

    /// Responds to a new connection without reading from it, and closes it.
    func reject(_ rejected: RejectedRequest) async {
        await sendRejection(rejected)
        end()
    }

    /// Serves what has arrived and waits for more, both without a task as far as possible. The connection has a task only while a request
    /// needs one: an idle one would keep the memory of the deepest handler it ever ran.
    func serve() {
        guard let work = advance() else { return }
        Loop.fork { await self.serve(work) }
    }

    /// Works in a task until the connection waits for the next request.
    private func serve(_ first: Work) async {
        var next: Work? = first
        while let work = next {
            switch work {
            case .handle(let exchange):
                await shard.handler.handle(exchange)
                if !exchange.concludeAtOnce() { guard await exchange.conclude() else { return end() } }
                // A client that pipelines many requests must not starve other connections.
                if !input.isEmpty { await Task.yield() }
            case .conclude(let exchange): guard await exchange.conclude() else { return end() }
            case .reject(let rejected):
                await sendRejection(rejected)
                return end()
            case .yield: await Task.yield()
            }
            next = advance()
        }
    }

    /// Serves requests that need no task, until one does.
    /// - Returns: nil if the connection waits for input, or has ended.
    private func advance() -> Work? {
        for _ in 0..<HTTP1Connection.maxRequestsPerTurn {
            switch nextAction() {
            case .answer(let exchange):
                guard shard.handler.respondImmediately(to: exchange) else { return .handle(exchange) }
                guard exchange.concludeAtOnce() else { return .conclude(exchange) }
            case .read(let deadline):
                if stream.whenReadable(by: deadline, onReadable) { return nil }
                guard read() else {
                    end()
                    return nil
                }
            case .reject(let rejected): return .reject(rejected)
            case .switchToHTTP2:
                switchToHTTP2()
                return nil
            case .end:
                end()
                return nil
            }
        }
        return .yield
    }

    /// Ends the wait for input.
    private func resume(_ failure: StreamError?) {
        guard let failure else { return read() ? serve() : end() }
        guard let rejected = timeoutRejection(for: failure) else { return end() }
        Loop.fork { await self.serve(.reject(rejected)) }
    }

    /// Reads what is there. False if the client has closed its sending side, or the connection has failed.
    private func read() -> Bool {
        do throws(StreamError) {
            guard let bytes = try stream.readAvailable() else { return true }
            guard !bytes.isEmpty else { return false }
            isIdle = false
            if input.isEmpty { input = bytes } else { input.append(contentsOf: bytes) }
            return true
        } catch {
            return false
        }
    }

    private func end() {
        stream.close()
        shard.remove(self)
    }

    var hasServed: Bool { requestCount > 0 }

    // MARK: Heads

    private func nextAction() -> Action {
        if mayBeHTTP2, !input.isEmpty {
            guard !HTTP2Preface.begins(input), !HTTP2Preface.hasPrefaceLine(input) else { return .switchToHTTP2 }
            guard !HTTP2Preface.mayBegin(input) else { return .read(by: endOfHead()) }
            mayBeHTTP2 = false
        }
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
            return .read(by: endOfHead())
        case .piece, .end:
            return .end  // Cannot happen: the previous exchange has read its body to the end.
        }
    }

    /// When the head whose first bytes have arrived must be complete.
    private func endOfHead() -> Instant {
        if headDeadline == .never { headDeadline = shard.loop.now + shard.timeouts.header }
        return headDeadline
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

/// The switch to HTTP/2 on a clear-text port: prior knowledge (RFC 9113 §3.3). `Upgrade: h2c` is ignored: RFC 9113 has removed it, and it
/// lets requests bypass the rules of a proxy.
extension HTTP1Connection {
    /// Continues as an HTTP/2 connection, with the input read so far.
    func switchToHTTP2() {
        let next = HTTP2Connection(stream, at: shard)
        let input = input
        self.input = []
        shard.add(next)
        shard.remove(self)
        next.begin(with: input)
    }
}
