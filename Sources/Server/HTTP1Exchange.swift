import HTTP
import Net
import Wire

/// A request and its response over HTTP/1.1.
final class HTTP1Exchange: Exchange {
    let head: RequestHead
    @exclusivity(unchecked) private(set) var status: Int?

    private enum ResponseState {
        case none
        /// Between `start` and `finish`.
        case begun(BodyFraming, written: Int64)
        case done
        /// Aborted, or failed with the connection.
        case broken
        /// The handler has returned.
        case over
    }

    private let connection: HTTP1Connection
    private let version: HTTPVersion
    // No exclusivity checks at run time: see `ServerShard`.
    @exclusivity(unchecked) private var responseState = ResponseState.none
    @exclusivity(unchecked) private var bodyHasEnded: Bool
    @exclusivity(unchecked) private var bodyError: BodyError?
    @exclusivity(unchecked) private var receivedBytes = 0
    /// Bytes reserved in the shard's memory budget.
    @exclusivity(unchecked) private var reservedBytes = 0
    @exclusivity(unchecked) private var minimumRate = MinimumBodyRate()
    /// The client waits for `100 Continue`.
    @exclusivity(unchecked) private var mustSendContinue: Bool
    /// Whether another request may follow on the connection; decided when the head of the response is written.
    @exclusivity(unchecked) private var keepsAlive = false
    /// The end of a response that the kernel did not take at once.
    @exclusivity(unchecked) private var unsent: [Slice] = []
    @exclusivity(unchecked) private var observer: (any ResponseObserver)?

    /// Bodies up to this size are copied into the buffer of their head, to be sent with it.
    private static let maxInlineBody = 4096

    init(_ head: ParsedHead, on connection: HTTP1Connection) {
        self.head = RequestHead(head, from: connection.peer)
        self.connection = connection
        version = head.version
        mustSendContinue = connection.expectsContinue
        bodyHasEnded = head.body == .none
    }

    deinit {
        if reservedBytes > 0 { connection.shard.bodyMemory.release(reservedBytes) }
    }

    private var shard: ServerShard { connection.shard }
    private var limits: Limits { connection.shard.limits }

    // MARK: The request's body

    func nextBodyPiece() async throws -> Slice? {
        if let bodyError { throw bodyError }
        guard !bodyHasEnded else { return nil }
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
        if let length = head.bodyLength, length > limits.maxBodyBytes { throw .tooLarge }
        let event: RequestParser.Event
        do throws(StreamError) {
            if mustSendContinue {
                // After a response it would be read as the next one. The client keeps its body then.
                guard status == nil else { throw .closed }
                mustSendContinue = false
                try await connection.send([HeadWriter.continue[...]])
            }
            event = try await connection.readBodyEvent(by: minimumRate.deadline(receivedBytes, at: shard))
        } catch {
            throw error == .timedOut ? .timedOut : .incomplete
        }
        switch event {
        case .piece(let piece):
            receivedBytes += piece.count
            guard receivedBytes <= limits.maxBodyBytes else { throw .tooLarge }
            return piece
        case .rejected(.body(.bodyTooLarge)): throw .tooLarge
        case .rejected(let requestError): throw .malformed(requestError)
        case .end, .head, .more:
            bodyHasEnded = true
            return nil
        }
    }

    // MARK: The response

    func answer(_ response: Response) async throws {
        try sendAvailable(response)
        if !unsent.isEmpty { try await sendRest() }
    }

    func answer(_ response: Response, notifying observer: any ResponseObserver) {
        do throws(ResponseWriteError) {
            try sendAvailable(response)
        } catch {
            return observer.responseDidEnd(error)
        }
        if unsent.isEmpty { observer.responseDidEnd(nil) } else { self.observer = observer }
    }

    /// Sends of a whole response what the kernel takes: as a rule all, in one write, so that no task has to wait.
    private func sendAvailable(_ response: Response) throws(ResponseWriteError) {
        let framing = try begin(response.status, length: Int64(response.body.count))
        var buffer = encodedHead(response.status, response.headers, framing: framing)
        responseState = .done
        let hasBody = framing != .none && head.method != .head
        if hasBody, response.body.count > HTTP1Exchange.maxInlineBody {
            unsent = [buffer[...]] + response.body.slices
            return
        }
        if hasBody { for slice in response.body.slices { buffer.append(contentsOf: slice) } }
        do throws(StreamError) {
            let count = try connection.stream.writeAvailable(buffer[...])
            if count < buffer.count { unsent = [buffer[count...]] } else { shard.returnBuffer(buffer) }
        } catch {
            throw fail(error)
        }
    }

    private func sendRest() async throws(ResponseWriteError) {
        let pieces = unsent
        unsent = []
        try await send(pieces)
    }

    func start(_ status: Int, _ headers: Headers, length: Int64?) async throws {
        let framing = try begin(status, length: length)
        let buffer = encodedHead(status, headers, framing: framing)
        responseState = .begun(head.method == .head ? .none : framing, written: 0)
        try await send([buffer[...]])
        shard.returnBuffer(buffer)
    }

    func write(_ slice: Slice) async throws {
        guard case .begun(let framing, let written) = responseState else { throw ResponseWriteError.outOfOrder }
        guard !slice.isEmpty, framing != .none else { return }
        if case .length(let length) = framing, written + Int64(slice.count) > length {
            abort()
            throw ResponseWriteError.wrongLength
        }
        responseState = .begun(framing, written: written + Int64(slice.count))
        guard framing == .chunked else { return try await send([slice]) }
        var size = shard.takeBuffer()
        HeadWriter.appendChunkSize(slice.count, to: &size)
        try await send([size[...], slice, HeadWriter.chunkEnd[...]])
        shard.returnBuffer(size)
    }

    func finish() async throws {
        guard case .begun(let framing, let written) = responseState else { throw ResponseWriteError.outOfOrder }
        if case .length(let length) = framing, written != length {
            abort()
            throw ResponseWriteError.wrongLength
        }
        responseState = .done
        if framing == .chunked { try await send([HeadWriter.lastChunk[...]]) }
    }

    func abort() {
        if case .over = responseState { return }
        responseState = .broken
        connection.abort()
    }

    var clientIsGone: Bool {
        if case .broken = responseState { true } else { connection.stream.isPeerGone || !connection.stream.isOpen }
    }

    func onClientDisconnect(_ action: (() -> Void)?) {
        if case .over = responseState { return }
        connection.stream.onHangUp(action)
    }

    /// The framing of a response with this status; also decides whether the connection stays open after it.
    private func begin(_ status: Int, length: Int64?) throws(ResponseWriteError) -> BodyFraming {
        guard case .none = responseState, (200...999).contains(status), length ?? 0 >= 0 else { throw .outOfOrder }
        self.status = status
        keepsAlive = connection.keepsAlive && !shard.isClosing && bodyError == nil && !mustSendContinue && canDiscardRest
        if status == 204 || status == 304 { return .none }
        if let length { return .length(length) }
        if head.method == .head { return .none }
        if version == .http10 {
            keepsAlive = false
            return .untilClose
        }
        return .chunked
    }

    /// Whether the rest of the request body is certainly small enough to be read and discarded.
    private var canDiscardRest: Bool {
        guard !bodyHasEnded else { return true }
        guard let length = head.bodyLength else { return false }
        return length - Int64(receivedBytes) <= Int64(limits.maxDiscardedBodyBytes)
    }

    private func encodedHead(_ status: Int, _ headers: Headers, framing: BodyFraming) -> Bytes {
        var buffer = shard.takeBuffer()
        HeadWriter.appendResponse(
            status, headers, body: framing, date: shard.dateLine(), keepsAlive: keepsAlive, to: version, into: &buffer)
        return buffer
    }

    private func send(_ pieces: [Slice]) async throws(ResponseWriteError) {
        do throws(StreamError) {
            try await connection.send(pieces)
        } catch {
            throw fail(error)
        }
    }

    private func fail(_ failure: StreamError) -> ResponseWriteError {
        abort()
        return .connection(failure)
    }

    // MARK: The end

    /// Ends the exchange at once if nothing is left to do, as is usual: the response is sent, the request read, the connection kept.
    func concludeAtOnce() -> Bool {
        guard case .done = responseState, keepsAlive, bodyHasEnded, unsent.isEmpty else { return false }
        connection.stream.onHangUp(nil)
        responseState = .over
        return true
    }

    /// Ends the exchange after its handler has returned. True if the connection is ready for the next request.
    func conclude() async -> Bool {
        if let observer = observer.take() {
            do throws(ResponseWriteError) {
                try await sendRest()
                observer.responseDidEnd(nil)
            } catch {
                observer.responseDidEnd(error)
            }
        }
        if case .none = responseState {
            let response = shard.handler.rejectionResponse(
                for: RejectedRequest(
                    status: 500, message: "The request was not answered.", path: head.path, origin: head.headers[.origin], peer: head.peer))
            try? await answer(response)
        }
        connection.stream.onHangUp(nil)
        guard case .done = responseState else {
            abort()
            return false
        }
        responseState = .over
        if keepsAlive, await discardRest() { return true }
        let bothSidesClose = bodyHasEnded && !connection.hasUnreadInput && !connection.keepsAlive
        if !bothSidesClose { await connection.linger() }
        return false
    }

    /// Reads and discards the rest of the request body, within limits. False if the connection cannot be kept.
    private func discardRest() async -> Bool {
        let deadline = shard.loop.now + shard.timeouts.bodyIdle
        var discarded = 0
        while !bodyHasEnded {
            guard let event = try? await connection.readBodyEvent(by: deadline) else { return false }
            switch event {
            case .end: bodyHasEnded = true
            case .piece(let piece):
                discarded += piece.count
                guard discarded <= limits.maxDiscardedBodyBytes else { return false }
            case .head, .more, .rejected: return false
            }
        }
        return true
    }
}
