import HTTP
import Net
import Wire

/// One request and its response on one connection.
final class Connection {
    private enum State {
        case open
        /// The response is complete; the connection is in the pool or closed.
        case ended
        /// Every further read throws the error, so that a partial body is never taken for a complete one.
        case broken(ClientError)
    }

    private let stream: Stream
    private let origin: ConnectionPool.Origin
    private let client: Client
    // One call uses these, one step after the other: exclusivity is not checked at run time, once for each piece of a body.
    @exclusivity(unchecked) private var parser: ResponseParser
    @exclusivity(unchecked) private var input: Slice = []
    @exclusivity(unchecked) private var state = State.open
    @exclusivity(unchecked) private var wroteAll = false
    /// The response that came before the request was completely written.
    @exclusivity(unchecked) private var earlyResponse: ResponseHead?

    init(_ stream: Stream, _ origin: ConnectionPool.Origin, client: Client, answering method: Method) {
        self.stream = stream
        self.origin = origin
        self.client = client
        parser = ResponseParser(to: method, client.limits)
    }

    // MARK: The request

    /// Writes head and body with few system calls. Reads a response that comes early, even if the server then closes; if it rejects the
    /// request, the rest is not sent (RFC 9112 §9.5).
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
        Client.addOwnHeaders(to: &headers)
        if let credentials = request.proxy?.authorization, origin.key.scheme == "http" { headers.set("proxy-authorization", credentials) }
        var head = Bytes()
        let framing: BodyFraming = request.body.isEmpty ? .none : .length(Int64(request.body.count))
        guard HeadWriter.appendRequest(request.method, target: target, authority: authority, headers, body: framing, to: &head) else {
            throw ClientError(.badURL, neverArrived: true, "the target is not valid in a request line")
        }
        return head
    }

    /// Checks between two chunks whether the server has rejected the request. An early success does not stop the writing: the server may
    /// still read the body.
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
            case .failed(let error): throw ClientError(.malformed, neverArrived: false, "response: \(error)")
            case .piece, .end: throw ClientError(.malformed, neverArrived: false, "response without a head")
            }
        }
    }

    /// Whether a response came from a server that does not read the rest of the request.
    private func readEarlyResponse() async -> Bool {
        guard earlyResponse == nil else { return true }
        guard let bytes = try? await stream.read(by: client.loop.now + client.limits.earlyResponseWait), !bytes.isEmpty else {
            return false
        }
        input = bytes
        return true
    }

    // MARK: The response

    /// - Parameter time: until the end of the head, including interim responses.
    func readHead(within time: Duration) async throws(ClientError) -> ClientResponse {
        if let earlyResponse { return makeResponse(earlyResponse) }
        let deadline = client.loop.now + time
        while true {
            switch parser.next(&input) {
            case .head(let head): return makeResponse(head)
            case .interim: continue
            case .failed(let error): throw ClientError(.malformed, neverArrived: false, "response: \(error)")
            case .piece, .end: throw ClientError(.malformed, neverArrived: false, "response without a head")
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
        if input.isEmpty { throw ClientError(.closedEarly, neverArrived: false, "closed before the response", isStale: !hadBegun) }
    }

    /// A response without a body is complete at once: its connection is free before the body is read.
    private func makeResponse(_ head: ResponseHead) -> ClientResponse {
        if head.body == .none || head.body == .length(0), case .end = parser.next(&input) { finish() }
        return ClientResponse(head, self, limits: client.limits)
    }

    /// The next piece of the body as received; nil at its end.
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
            case .failed(let error): throw fail(.malformed, "body: \(error)")
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
            case .closed: throw fail(.cancelled, "body: cancelled")
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

    /// Discards the rest of the body. If it has already been received, the connection can be kept.
    func close() {
        guard case .open = state else { return }
        while true {
            switch parser.next(&input) {
            case .piece: continue
            case .end: return finish()
            default:
                _ = fail(.cancelled, "cancelled")
                return
            }
        }
    }

    /// Breaks the connection. The first error stays the one that is thrown.
    private func fail(_ reason: ClientError.Reason, _ detail: String) -> ClientError {
        if case .broken(let first) = state { return first }
        let failure = ClientError(reason, neverArrived: false, detail)
        state = .broken(failure)
        stream.close()
        return failure
    }

    /// The response is complete: returns the connection to the pool if both sides keep it open and no unexpected input follows.
    private func finish() {
        state = .ended
        guard parser.keepsAlive, wroteAll, input.isEmpty else { return stream.close() }
        client.pool.put(stream, origin)
    }
}

/// Splits a request into chunks, each small enough that its write deadline measures progress, and that an early response is noticed
/// between two of them.
struct WriteChunks: Sequence, IteratorProtocol {
    private var rest: ArraySlice<Slice>
    private static let maxBytes = 256 * 1024
    /// How many pieces one system call writes.
    private static let maxPieces = 16

    init(_ head: Slice, _ body: Pieces) { rest = [head] + body.slices }

    mutating func next() -> [Slice]? {
        // Nearly every request is one chunk.
        if rest.count <= WriteChunks.maxPieces, rest.reduce(0, { $0 + $1.count }) <= WriteChunks.maxBytes {
            defer { rest = [] }
            return rest.isEmpty ? nil : Array(rest)
        }
        var chunk: [Slice] = []
        var room = WriteChunks.maxBytes
        while room > 0, chunk.count < WriteChunks.maxPieces, let first = rest.first {
            let part = first.prefix(room)
            chunk.append(part)
            room -= part.count
            if part.count == first.count { rest.removeFirst() } else { rest[rest.startIndex] = first.dropFirst(part.count) }
        }
        return chunk.isEmpty ? nil : chunk
    }
}
