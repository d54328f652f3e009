import HTTP
import Net
import Wire

/// One HTTP/2 connection: its requests are answered side by side, by the same handler that answers HTTP/1.1.
///
/// One task reads for as long as the connection lives; one writes while there is something to write; each request has its own.
/// How much waits in either direction is bounded by the windows and by what one write takes.
final class HTTP2Connection: Guest {
    let stream: Net.Stream
    let station: Station
    let session: HTTP2Session
    var place = 0

    // Not checked for exclusive access at run time, for the station's reason.
    @exclusivity(unchecked) private var exchanges: [HTTP2Exchange] = []
    @exclusivity(unchecked) private var isReading = true
    @exclusivity(unchecked) private var isWriting = false
    @exclusivity(unchecked) private var hasLeft = false
    @exclusivity(unchecked) private var saysGoodbye = false
    /// What ended it, once nothing can be sent any more.
    @exclusivity(unchecked) private(set) var failure: StreamFailure?
    @exclusivity(unchecked) private var patience: HTTP2Patience
    @exclusivity(unchecked) private var watchdog: Timer?
    @exclusivity(unchecked) private var isDrainAnnounced = false
    @exclusivity(unchecked) private var isDrained = false

    init(_ stream: Net.Stream, at station: Station) {
        self.stream = stream
        self.station = station
        session = HTTP2Session(station.limits)
        patience = HTTP2Patience(now: station.loop.now, station.pauses)
    }

    private var limits: Limits { station.limits }

    // MARK: Reading

    /// Begins with what has been read of it already. It has entered the station by then.
    func begin(with input: Slice = []) async {
        if station.isDraining {
            bidFarewell()
            station.loop.after(limits.drainPause) { [weak self] in self?.closeIfIdle() }
        }
        hear(input)
        await serve()
    }

    private func serve() async {
        while failure == nil {
            let deadline = patience.deadline(session, isIdle: exchanges.isEmpty)
            if park(until: deadline) { return }
            do throws(StreamFailure) {
                let input = try await stream.read(by: deadline)
                guard !input.isEmpty else { break }
                hear(input)
            } catch {
                if error == .timedOut { runOut() } else { lose(error) }
            }
        }
        isReading = false
        // A client that only closed its sending side is still given the answers it asked for.
        for exchange in exchanges { exchange.clientLeaves() }
        endIfDone()
    }

    /// Gives the task up while nothing is to be done, as an HTTP/1.1 connection does.
    private func park(until deadline: Instant) -> Bool {
        guard exchanges.isEmpty, station.isCrowded else { return false }
        return stream.whenReadable(by: deadline) { [self] failure in
            if let failure, failure != .timedOut { lose(failure) }
            if failure == .timedOut { runOut() }
            Loop.fork { await self.serve() }
        }
    }

    private func hear(_ input: Slice) {
        guard !saysGoodbye, !session.isOver else { return }
        let now = station.loop.now
        let wasSound = session.failure == nil
        let events = session.receive(input, second: now.nanoseconds / 1_000_000_000)
        patience.heard(session, at: now)
        take(events)
        if let failure = session.failure {
            if wasSound { tell(failure.description) }
            breakOff()
        }
        flush()
    }

    /// The client has kept us waiting for as long as it may.
    private func runOut() {
        guard failure == nil, !saysGoodbye else { return lose(.timedOut) }
        switch patience.verdict(session, isIdle: exchanges.isEmpty, at: station.loop.now) {
        case .wait: return
        case .ping: session.ping()
        case .end: session.drain()
        case .refuse:
            tell("a request head did not come in time")
            session.fail(.enhanceYourCalm)
            breakOff()
        case .lose: return lose(.timedOut)
        }
        flush()
    }

    // MARK: Requests

    private func take(_ events: [HTTP2Session.Event]) {
        for event in events {
            switch event {
            case .request(let stream, let head, let expectsContinue):
                guard !stream.isClosed, failure == nil else { continue }
                // Whoever resets a request does not thereby end the work on it at once.
                guard exchanges.count < limits.streams else {
                    session.reset(stream, .refusedStream)
                    tell("too many requests at once")
                    continue
                }
                answer(HTTP2Exchange(head, stream, on: self, expectsContinue: expectsContinue))
            case .refused(let stream, let refusal, let method, let path):
                let refused = Refused(
                    status: refusal.status, message: refusal.reason, path: path, origin: stream.refusedOrigin,
                    peer: self.stream.peer)
                refuse(stream, refused, method)
            case .malformed(let reason): tell(reason)
            case .body(let stream): (stream.owner as? HTTP2Exchange)?.bodyHasCome()
            case .answeredEarly(let stream):
                station.loop.after(limits.lingerPause) { [weak self] in
                    self?.session.reset(stream, .noError)
                    self?.flush()
                }
            case .pong:
                if station.isDraining { closeIfIdle() }
            case .closed(let stream): (stream.owner as? HTTP2Exchange)?.streamHasClosed()
            }
        }
    }

    private func answer(_ exchange: HTTP2Exchange) {
        exchange.place = exchanges.count
        exchanges.append(exchange)
        Loop.fork {
            await self.station.handler.handle(exchange)
            exchange.conclude()
            self.leave(exchange)
        }
    }

    private func leave(_ exchange: HTTP2Exchange) {
        let last = exchanges.removeLast()
        if last !== exchange {
            exchanges[exchange.place] = last
            last.place = exchange.place
        }
        if exchanges.isEmpty { patience.rests(at: station.loop.now) }
        flush()
        endIfDone()
    }

    /// Answers what never became a request.
    private func refuse(_ stream: HTTP2Stream, _ refused: Refused, _ method: Method?) {
        let response = station.handler.refusal(refused)
        session.discardBody(of: stream)
        session.answer(
            stream, response.status, response.headers, length: Int64(response.body.count), date: station.dateValue(),
            method == .head ? .none : .whole(response.body))
    }

    /// Of what no answer can tell.
    private func tell(_ reason: String) {
        station.tally.brokenHTTP2.count()
        station.handler.note(Breach(kind: .http2, reason: reason, peer: stream.peer))
    }

    // MARK: Writing

    /// Sees to it that what the session has to say is written, together with what else comes up until the loop gets to it.
    func flush() {
        guard !isWriting, failure == nil else { return }
        guard session.wantsToWrite else {
            if session.isOver { sayGoodbye() }
            return
        }
        isWriting = true
        Loop.fork { await self.write() }
    }

    private func write() async {
        while failure == nil {
            let (pieces, settled) = session.pull(atMost: max(1, limits.writePortion / 2))
            let events = session.takeEvents()
            if !pieces.isEmpty {
                do throws(StreamFailure) {
                    try await stream.write(pieces, by: station.loop.now + station.pauses.write)
                } catch {
                    lose(error)
                }
            }
            for stream in settled { (stream.owner as? HTTP2Exchange)?.hasSettled() }
            take(events)
            if pieces.isEmpty { break }
        }
        isWriting = false
        if failure == nil, session.isOver { sayGoodbye() }
        endIfDone()
    }

    /// An answer waits for its client. Whoever takes nothing of it for too long is given up: between one and two times the pause.
    func watch() {
        guard watchdog == nil else { return }
        watchdog = station.loop.after(limits.writePause) { [weak self] in
            guard let self else { return }
            watchdog = nil
            for exchange in exchanges where exchange.isStuck() { exchange.giveUp() }
            if exchanges.contains(where: \.isSending) { watch() }
            flush()
        }
    }

    // MARK: The end

    /// The client is told which of its requests are answered, so that it loses none.
    var hasServed: Bool { true }

    /// The first of two steps (RFC 9113 §6.8): the client is told, and what it has sent by then is still answered. When it has answered the
    /// ping behind that, all of it has come.
    func bidFarewell() {
        guard !hasLeft, !isDrainAnnounced else { return }
        isDrainAnnounced = true
        session.announceDrain()
        session.ping()
        flush()
    }

    /// The second: nothing new is answered any more.
    @discardableResult
    func closeIfIdle() -> Bool {
        guard !hasLeft, station.isDraining || exchanges.isEmpty else { return false }
        bidFarewell()
        if !isDrained { session.drain() }
        isDrained = true
        flush()
        return exchanges.isEmpty
    }

    func abort() {
        stream.abort()
        lose(.closed)
    }

    /// All that was to be said is said. The client may still read it, so nothing is reset.
    private func sayGoodbye() {
        guard !saysGoodbye else { return }
        saysGoodbye = true
        breakOff()
        stream.shutdownWrite()
        station.loop.after(limits.lingerPause) { [stream] in stream.close() }
    }

    /// What is in flight will not be answered any more.
    private func breakOff() {
        for exchange in exchanges { exchange.connectionIsLost() }
    }

    private func lose(_ failure: StreamFailure) {
        guard self.failure == nil else { return }
        self.failure = failure
        stream.close()
        breakOff()
    }

    private func endIfDone() {
        guard !isReading, !isWriting, exchanges.isEmpty, !hasLeft else { return }
        hasLeft = true
        watchdog?.cancel()
        stream.close()
        station.leave(self)
    }
}
