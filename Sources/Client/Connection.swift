import HTTP
import Net
import Wire

/// One request and its answer on one connection.
final class Connection {
    private let stream: Stream
    private let key: Pool.Key
    private let client: Client
    private var parser: ResponseParser
    private var input: Slice = []
    private var isOver = false
    /// What the server answered before the request was written to its end.
    private var wroteAll = false

    init(_ stream: Stream, _ key: Pool.Key, client: Client, answering method: Method) {
        self.stream = stream
        self.key = key
        self.client = client
        parser = ResponseParser(to: method, client.limits)
    }

    /// Writes head and body with as few calls as they take. A server that answers and closes before it has read everything is still heard.
    func write(_ outgoing: Outgoing, target: String, authority: String) async throws(ClientFailure) {
        var headers = outgoing.headers
        if !headers.has("user-agent") { headers.set("user-agent", "genlock") }
        if !headers.has("accept-encoding") { headers.set("accept-encoding", "gzip") }
        if let proxy = outgoing.proxy, key.scheme == "http", let credentials = proxy.credentials {
            headers.set("proxy-authorization", "Basic " + Base64.standard.text(Bytes(credentials.utf8)))
        }
        var head = Bytes()
        let framing: BodyFraming = outgoing.body.isEmpty ? .none : .length(Int64(outgoing.body.count))
        guard HeadWriter.appendRequest(outgoing.method, target: target, authority: authority, headers, framing, to: &head) else {
            throw ClientFailure(.badURL, neverArrived: true, "the target cannot stand in a request line")
        }
        var pieces = [head[...]] + outgoing.body.slices
        var isFirst = true
        while !pieces.isEmpty {
            // Large bodies go piece by piece, so that the deadline is one of progress.
            let count = min(pieces.count, 16)
            do throws(StreamFailure) {
                try await stream.write(Array(pieces.prefix(count)), by: client.loop.now + client.limits.bodyPause)
            } catch {
                if stream.hasPeerFinished || error == .reset, await hasEarlyAnswer() { return }
                throw ClientFailure(.sendFailed, neverArrived: false, "write: \(error)", isStale: isFirst)
            }
            isFirst = false
            pieces.removeFirst(count)
        }
        wroteAll = true
    }

    private func hasEarlyAnswer() async -> Bool {
        guard let bytes = try? await stream.read(by: client.loop.now), !bytes.isEmpty else { return false }
        input = bytes
        return true
    }

    func head(within time: Duration) async throws(ClientFailure) -> Incoming {
        let deadline = client.loop.now + time
        while true {
            switch parser.next(&input) {
            case .head(let head): return try Incoming(head, self, limits: client.limits)
            case .interim: continue
            case .broken(let flaw): throw ClientFailure(.malformed, neverArrived: false, "answer: \(flaw)")
            case .piece, .end: throw ClientFailure(.malformed, neverArrived: false, "answer without a head")
            case .more:
                let hadBegun = parser.hasBegun
                do throws(StreamFailure) {
                    input = try await stream.read(by: deadline)
                } catch {
                    throw ClientFailure(error == .timedOut ? .timeout : .reset, neverArrived: false, "head: \(error)", isStale: !hadBegun && error != .timedOut)
                }
                if input.isEmpty { throw ClientFailure(.closedEarly, neverArrived: false, "closed before the answer", isStale: !hadBegun) }
            }
        }
    }

    /// The next piece of the body as it came off the wire; nil at its end.
    func piece() async throws(ClientFailure) -> Slice? {
        while !isOver {
            switch parser.next(&input) {
            case .piece(let piece): return piece
            case .end: finish()
            case .broken(let flaw): throw broken(.malformed, "body: \(flaw)")
            case .head, .interim: throw broken(.malformed, "a second head")
            case .more: try await read()
            }
        }
        return nil
    }

    func close() {
        guard !isOver else { return }
        isOver = true
        stream.close()
    }

    private func read() async throws(ClientFailure) {
        do throws(StreamFailure) {
            input = try await stream.read(by: client.loop.now + client.limits.answerPause)
        } catch {
            throw broken(error == .timedOut ? .timeout : .reset, "body: \(error)")
        }
        guard input.isEmpty else { return }
        switch parser.finish() {
        case .end: close()
        case let event: throw broken(.closedEarly, "body: \(event)")
        }
    }

    private func broken(_ reason: ClientFailure.Reason, _ detail: String) -> ClientFailure {
        close()
        return ClientFailure(reason, neverArrived: false, detail)
    }

    /// The answer is complete: the connection goes back to the pool if both sides mean to keep it and nothing unasked for lies behind it.
    private func finish() {
        guard parser.keepsAlive, wroteAll, input.isEmpty else { return close() }
        isOver = true
        client.pool.put(stream, key, now: client.loop.now)
    }
}
