import HTTP
import Net
import Wire

/// One request and its answer on one connection.
final class Connection {
    private enum State {
        case open
        /// The answer is complete, the connection in the pool or closed.
        case ended
        /// Nothing more will come; whoever asks again is told why again, so that no part is ever taken for the whole.
        case broken(ClientError)
    }

    private let stream: Stream
    private let key: ConnectionPool.Key
    private let client: Client
    private var parser: ResponseParser
    private var input: Slice = []
    private var state = State.open
    private var wroteAll = false
    /// What the server answered before the request was written to its end.
    private var earlyResponse: ResponseHead?

    init(_ stream: Stream, _ key: ConnectionPool.Key, client: Client, answering method: Method) {
        self.stream = stream
        self.key = key
        self.client = client
        parser = ResponseParser(to: method, client.limits)
    }

    // MARK: The request

    /// Writes head and body with as few calls as they take. A server that answers and closes before it has read everything is still
    /// heard, and one that refuses is not sent the rest (RFC 9112 §9.5).
    func write(_ request: ClientRequest, target: String, authority: String) async throws(ClientError) {
        let head = try head(of: request, target: target, authority: authority)
        var isFirst = true
        for chunk in WriteChunks(head[...], request.body) {
            if !isFirst, try await checkEarlyRejection() { return }
            do throws(StreamError) {
                try await stream.write(chunk, by: client.loop.now + client.limits.bodyIdleTimeout)
            } catch {
                if await readEarlyResponse() { return }
                let isSlow = error == .timedOut
                throw ClientError(isSlow ? .timeout : .sendFailed, neverArrived: false, "write: \(error)", isStale: isFirst && !isSlow)
            }
            isFirst = false
        }
        wroteAll = true
    }

    private func head(of request: ClientRequest, target: String, authority: String) throws(ClientError) -> Bytes {
        var headers = request.headers
        if !headers.has("user-agent") { headers.set("user-agent", "genlock") }
        if !headers.has("accept-encoding") { headers.set("accept-encoding", "gzip") }
        if key.scheme == "http", let credentials = request.proxy?.authorization { headers.set("proxy-authorization", credentials) }
        var head = Bytes()
        let framing: BodyFraming = request.body.isEmpty ? .none : .length(Int64(request.body.count))
        guard HeadWriter.appendRequest(request.method, target: target, authority: authority, headers, body: framing, to: &head) else {
            throw ClientError(.badURL, neverArrived: true, "the target cannot stand in a request line")
        }
        return head
    }

    /// Looks between two parcels whether the server has spoken. An answer of success does not end the writing: the body may be wanted
    /// all the same.
    private func checkEarlyRejection() async throws(ClientError) -> Bool {
        guard earlyResponse == nil, !stream.isQuiet() else { return false }
        do throws(StreamError) {
            input = try await stream.read(by: client.loop.now)
        } catch .timedOut {
            return false
        } catch {
            throw ClientError(.reset, neverArrived: false, "while writing: \(error)")
        }
        guard !input.isEmpty else { throw ClientError(.closedEarly, neverArrived: false, "closed while the request was written") }
        while true {
            switch parser.next(&input) {
            case .interim: continue
            case .more: return false
            case .head(let head):
                earlyResponse = head
                return head.status >= 300
            case .failed(let flaw): throw ClientError(.malformed, neverArrived: false, "answer: \(flaw)")
            case .piece, .end: throw ClientError(.malformed, neverArrived: false, "answer without a head")
            }
        }
    }

    /// Whether an answer came from a server that takes no more of the request.
    private func readEarlyResponse() async -> Bool {
        guard earlyResponse == nil else { return true }
        guard let bytes = try? await stream.read(by: client.loop.now + client.limits.earlyResponseWait), !bytes.isEmpty else {
            return false
        }
        input = bytes
        return true
    }

    // MARK: The answer

    /// - Parameter time: from now to the end of the head, however many interim answers come in between.
    func readHead(within time: Duration) async throws(ClientError) -> ClientResponse {
        if let earlyResponse { return makeResponse(earlyResponse) }
        let deadline = client.loop.now + time
        while true {
            switch parser.next(&input) {
            case .head(let head): return makeResponse(head)
            case .interim: continue
            case .failed(let flaw): throw ClientError(.malformed, neverArrived: false, "answer: \(flaw)")
            case .piece, .end: throw ClientError(.malformed, neverArrived: false, "answer without a head")
            case .more: try await readHead(by: deadline)
            }
        }
    }

    private func readHead(by deadline: Instant) async throws(ClientError) {
        let hadBegun = parser.hasBegun
        do throws(StreamError) {
            input = try await stream.read(by: deadline)
        } catch .timedOut {
            throw ClientError(.timeout, neverArrived: false, "head: timed out")
        } catch {
            throw ClientError(.reset, neverArrived: false, "head: \(error)", isStale: !hadBegun)
        }
        if input.isEmpty { throw ClientError(.closedEarly, neverArrived: false, "closed before the answer", isStale: !hadBegun) }
    }

    /// An answer without a body is over at once: its connection is free before anybody asks for the body.
    private func makeResponse(_ head: ResponseHead) -> ClientResponse {
        if head.body == .none || head.body == .length(0), case .end = parser.next(&input) { finish() }
        return ClientResponse(head, self, limits: client.limits)
    }

    /// The next piece of the body as it came off the wire; nil at its end.
    func readPiece() async throws(ClientError) -> Slice? {
        while true {
            switch state {
            case .ended: return nil
            case .broken(let failure): throw failure
            case .open: break
            }
            switch parser.next(&input) {
            case .piece(let piece): return piece
            case .end: finish()
            case .failed(let flaw): throw fail(.malformed, "body: \(flaw)")
            case .head, .interim: throw fail(.malformed, "a second head")
            case .more: try await read()
            }
        }
    }

    private func read() async throws(ClientError) {
        do throws(StreamError) {
            input = try await stream.read(by: client.loop.now + client.limits.upstreamIdleTimeout)
        } catch {
            switch error {
            case .timedOut: throw fail(.timeout, "body: \(error)")
            case .closed: throw fail(.cancelled, "body: given up")
            default: throw fail(.reset, "body: \(error)")
            }
        }
        guard input.isEmpty else { return }
        switch parser.finish() {
        case .end: finish()
        case let event: throw fail(.closedEarly, "body: \(event)")
        }
    }

    // MARK: The end

    /// Gives up what has not been read. If that is here already, the connection can go on.
    func close() {
        guard case .open = state else { return }
        while true {
            switch parser.next(&input) {
            case .piece: continue
            case .end: return finish()
            default:
                _ = fail(.cancelled, "given up")
                return
            }
        }
    }

    /// The first failure stays the one that is told.
    private func fail(_ reason: ClientError.Reason, _ detail: String) -> ClientError {
        if case .broken(let first) = state { return first }
        let failure = ClientError(reason, neverArrived: false, detail)
        state = .broken(failure)
        stream.close()
        return failure
    }

    /// The answer is complete: the connection goes back to the pool if both sides mean to keep it and nothing unasked for lies behind it.
    private func finish() {
        state = .ended
        guard parser.keepsAlive, wroteAll, input.isEmpty else { return stream.close() }
        client.pool.put(stream, key)
    }
}
