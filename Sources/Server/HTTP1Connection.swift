import HTTP
import Net
import Wire

/// One HTTP/1.1 connection from its first byte to its close: one request after the other, answers in the order of the requests.
final class HTTP1Connection {
    let stream: Net.Stream
    let station: Station
    /// Where it stands in the station's list.
    var place = 0

    // Not checked for exclusive access at run time, for the station's reason.
    @exclusivity(unchecked) private var parser: RequestParser
    @exclusivity(unchecked) private var input: Slice = []
    @exclusivity(unchecked) private var requests = 0
    /// Requests that were answered since the last read: a client that pipelines must not keep the loop to itself.
    @exclusivity(unchecked) private var requestsAtOnce = 0
    /// It may be closed without anybody losing anything.
    @exclusivity(unchecked) private var isIdle = false

    init(_ stream: Net.Stream, at station: Station) {
        self.stream = stream
        self.station = station
        parser = RequestParser(station.limits)
    }

    private static let atOnce = 16

    private var limits: Limits { station.limits }
    var keepsAlive: Bool { parser.keepsAlive }
    var expectsContinue: Bool { parser.expectsContinue }

    func run() async {
        station.enter(self)
        while let head = await nextHead() {
            let exchange = HTTP1Exchange(head, on: self)
            await station.handler.handle(exchange)
            if exchange.concludeAtOnce() { continue }
            guard await exchange.conclude() else { break }
        }
        stream.close()
        station.leave(self)
    }

    // MARK: Heads

    /// The next request; nil if the connection is over.
    private func nextHead() async -> ParsedHead? {
        var deadline: Instant?
        while true {
            switch parser.next(&input) {
            case .head(let head):
                requests += 1
                requestsAtOnce += 1
                if requestsAtOnce == HTTP1Connection.atOnce {
                    requestsAtOnce = 0
                    await Task.yield()
                }
                if head.body == .none { _ = parser.next(&input) }
                return head
            case .refused(let refusal):
                await refuse(Refused(status: refusal.status, message: refusal.reason, path: parser.refusedPath))
                return nil
            case .more:
                guard await readHead(&deadline) else { return nil }
            case .piece, .end:
                return nil  // The exchange before has read its body to the end.
            }
        }
    }

    /// Reads on, waiting long for a first byte and not so long for the rest. False at the end of the connection.
    private func readHead(_ deadline: inout Instant?) async -> Bool {
        let isBetween = parser.isBetweenRequests
        if isBetween, station.isDraining { return false }
        let pause = isBetween && requests > 0 ? station.pauses.idle : station.pauses.head
        if deadline == nil { deadline = station.loop.now + pause }
        isIdle = isBetween
        requestsAtOnce = 0
        defer { isIdle = false }
        do throws(StreamFailure) {
            input = try await stream.read(by: deadline ?? .never)
        } catch {
            if error == .timedOut, !isBetween {
                await refuse(Refused(status: 408, message: "The request head did not come in time.", path: nil))
            }
            return false
        }
        if isBetween { deadline = station.loop.now + station.pauses.head }
        return !input.isEmpty
    }

    /// Answers what never became a request, and ends the connection.
    private func refuse(_ refused: Refused) async {
        let response = station.handler.refusal(refused)
        var bytes = station.takeBuffer()
        HeadWriter.appendResponse(
            response.status, response.headers, .length(Int64(response.body.count)), date: station.dateLine(), keepsAlive: false,
            to: .http11, into: &bytes)
        do throws(StreamFailure) {
            try await send([bytes[...]] + response.body.slices)
            await linger()
        } catch {
            stream.close()
        }
        station.giveBack(bytes)
    }

    // MARK: Bodies

    /// What the parser finds next of the current request's body; reads when it must.
    /// - Throws: `timedOut`, or whatever ended the connection; `closed` also when the client has closed its side.
    func nextOfBody(by deadline: Instant) async throws(StreamFailure) -> RequestParser.Event {
        while true {
            let event = parser.next(&input)
            guard case .more = event else { return event }
            input = try await stream.read(by: deadline)
            guard !input.isEmpty else { throw .closed }
        }
    }

    // MARK: Answers

    /// The most that is written under one deadline.
    private static let portion = 256 * 1024

    /// Writes the pieces with as few calls as they take; each portion has its own deadline, so that a large answer may take its time.
    func send(_ pieces: [Slice]) async throws(StreamFailure) {
        var batch: [Slice] = []
        var size = 0
        for piece in pieces {
            var rest = piece
            while size + rest.count > HTTP1Connection.portion {
                batch.append(rest.prefix(HTTP1Connection.portion - size))
                rest = rest.dropFirst(HTTP1Connection.portion - size)
                try await stream.write(batch, by: station.loop.now + station.pauses.write)
                batch.removeAll(keepingCapacity: true)
                size = 0
            }
            batch.append(rest)
            size += rest.count
        }
        try await stream.write(batch, by: station.loop.now + station.pauses.write)
    }

    // MARK: The end

    /// Ends the connection in such a way that the client can still read the last answer, even if it goes on sending (RFC 9112 §9.6):
    /// closing with unread input would make the kernel reset it.
    func linger() async {
        stream.shutdownWrite()
        isIdle = true
        defer { isIdle = false }
        let end = station.loop.now + limits.lingerTime
        while station.loop.now < end {
            let deadline = min(end, station.loop.now + limits.lingerPause)
            guard let bytes = try? await stream.read(by: deadline), !bytes.isEmpty else { break }
        }
        stream.close()
    }

    /// Whether the client has more on the way than it was asked for.
    var hasUnreadInput: Bool { !input.isEmpty || !stream.isQuiet() }

    /// A request that has arrived, even if unread, is still answered.
    func closeIfIdle() {
        if isIdle, stream.isQuiet() || stream.hasPeerFinished { stream.close() }
    }

    func abort() { stream.abort() }
}
