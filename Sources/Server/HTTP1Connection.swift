import HTTP
import Net
import Wire

/// One HTTP/1.1 connection from its first byte to its close: one request after the other, answers in the order of the requests.
final class HTTP1Connection: Guest {
    let stream: Net.Stream
    let station: Station
    var place = 0

    // Not checked for exclusive access at run time, for the station's reason.
    @exclusivity(unchecked) private(set) var parser: RequestParser
    @exclusivity(unchecked) var input: Slice = []
    @exclusivity(unchecked) private var requests = 0
    /// Until when the head that has begun must have ended; `never` if none has.
    @exclusivity(unchecked) private var headDeadline = Instant.never
    /// It may be closed without anybody losing anything.
    @exclusivity(unchecked) private var isIdle = false

    init(_ stream: Net.Stream, at station: Station) {
        self.stream = stream
        self.station = station
        parser = RequestParser(station.limits)
    }

    private var limits: Limits { station.limits }
    var keepsAlive: Bool { parser.keepsAlive }
    var expectsContinue: Bool { parser.expectsContinue }

    /// What is to be done next. Deciding it is synchronous, and the one frame that waits is small: there is one for each idle connection.
    private enum Turn {
        case answer(HTTP1Exchange)
        case read(by: Instant)
        case refuse(Refused)
        case end
    }

    /// Answers a fresh connection without reading from it, and ends it.
    func turnAway(_ refused: Refused) async {
        await refuse(refused)
        end()
    }

    /// Until the connection ends, or idles where it takes no task to do so.
    func serve() async {
        serving: while true {
            switch nextTurn() {
            case .answer(let exchange):
                await station.handler.handle(exchange)
                if exchange.concludeAtOnce() {
                    // Whoever sends many requests at once waits for the others' one after each of them.
                    if !input.isEmpty { await Task.yield() }
                    continue
                }
                guard await exchange.conclude() else { break serving }
            case .read(let deadline):
                if park(until: deadline) { return }
                do throws(StreamFailure) {
                    let isFirst = requests == 0 && isIdle
                    input = try await stream.read(by: deadline)
                    guard hasHeard() else { break serving }
                    let mayBeHTTP2 = HTTP2Preface.mayBegin(input) || HTTP2Preface.isNamed(input)
                    if isFirst, mayBeHTTP2, try await speaksHTTP2(by: deadline) { return continueInHTTP2() }
                } catch {
                    if let refused = slowness(error) { await refuse(refused) }
                    break serving
                }
            case .refuse(let refused):
                await refuse(refused)
                break serving
            case .end: break serving
            }
        }
        end()
    }

    private func end() {
        stream.close()
        station.leave(self)
    }

    /// Gives the task up while nothing is to be done: it holds on to the stack of the deepest handler it ever ran. That pays where there
    /// are many connections; where there are few, making a task for each request would cost more than it saves.
    /// - Returns: false if the connection is to be read by this task.
    private func park(until deadline: Instant) -> Bool {
        guard isIdle, station.isCrowded else { return false }
        return stream.whenReadable(by: deadline) { [self] failure in
            guard failure == nil else { return end() }
            Loop.fork { await self.serve() }
        }
    }

    var hasServed: Bool { requests > 0 }

    // MARK: Heads

    private func nextTurn() -> Turn {
        switch parser.next(&input) {
        case .head(let head):
            requests += 1
            headDeadline = .never
            if head.body == .none { _ = parser.next(&input) }
            return .answer(HTTP1Exchange(head, on: self))
        case .refused(.notHTTP):
            // An invalid preface: its connection is closed, and GOAWAY may be left out (RFC 9113 §3.4).
            station.handler.note(Breach(kind: .notHTTP, reason: Refusal.notHTTP.reason, peer: stream.peer))
            return .end
        case .refused(let refusal):
            return .refuse(
                Refused(
                    status: refusal.status, message: refusal.reason, path: parser.refusedPath, origin: parser.refusedOrigin,
                    peer: stream.peer))
        case .more:
            input = []  // An empty slice would keep the buffer of the last read alive.
            isIdle = parser.isBetweenRequests
            if isIdle, station.isDraining {
                // Only whoever was accepted last comes here without having been told that the connection ends.
                guard !hasServed || !stream.isQuiet() else { return .end }
                return .read(by: station.loop.now + station.pauses.drain)
            }
            if isIdle { return .read(by: station.loop.now + (requests == 0 ? station.pauses.head : station.pauses.idle)) }
            if headDeadline == .never { headDeadline = station.loop.now + station.pauses.head }
            return .read(by: headDeadline)
        case .piece, .end:
            return .end  // Cannot be: the exchange before has read its body to the end.
        }
    }

    /// After a read for a head. False if the client has nothing more to say.
    private func hasHeard() -> Bool {
        isIdle = false
        return !input.isEmpty
    }

    /// What is said to a client whose head does not come; nothing if it has not begun one.
    private func slowness(_ failure: StreamFailure) -> Refused? {
        guard failure == .timedOut, !isIdle else { return nil }
        return Refused(status: 408, message: "The request head did not come in time.", path: nil, peer: stream.peer)
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

    /// Writes the pieces with as few calls as they take; each portion has its own deadline, so that a large answer may take its time.
    func send(_ pieces: [Slice]) async throws(StreamFailure) {
        let portion = limits.writePortion
        var batch: [Slice] = []
        var size = 0
        for piece in pieces {
            var rest = piece
            while size + rest.count > portion {
                batch.append(rest.prefix(portion - size))
                rest = rest.dropFirst(portion - size)
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

    func closeIfIdle() -> Bool {
        guard isIdle, stream.isQuiet() || stream.hasPeerFinished else { return false }
        stream.close()
        return true
    }

    func abort() { stream.abort() }
}
