import HTTP
import Net
import Wire

/// How long an HTTP/2 client is waited for: for its preface, for the rest of a head, for a next request, for any sign of life.
struct HTTP2Patience {
    /// What is to be done when a wait is over.
    enum Verdict { case wait, ping, end, refuse, lose }

    private let start: Instant
    /// Until when the head that has begun must have ended; `never` if none has.
    private var headDeadline = Instant.never
    private var heard: Instant
    private var restsSince: Instant
    private var pinged: Instant?
    /// Until when the connection must be over, once it has been decided to end it.
    private var end: Instant?
    private let pauses: Pauses

    init(now: Instant, _ pauses: Pauses) {
        start = now
        heard = now
        restsSince = now
        self.pauses = pauses
    }

    mutating func heard(_ session: HTTP2Session, at now: Instant) {
        heard = now
        pinged = nil
        if !session.isInHead {
            headDeadline = .never
        } else if headDeadline == .never {
            headDeadline = now + pauses.head
        }
    }

    /// The last request has been answered.
    mutating func rests(at now: Instant) { restsSince = now }

    func deadline(_ session: HTTP2Session, isIdle: Bool) -> Instant {
        if let end { return end }
        if session.isInHead { return headDeadline }
        if !session.hasBegun { return start + pauses.head }
        if isIdle { return restsSince + pauses.idle }
        if let pinged { return pinged + pauses.ping }
        return heard + pauses.idle
    }

    /// What it means that nothing came until now.
    mutating func verdict(_ session: HTTP2Session, isIdle: Bool, at now: Instant) -> Verdict {
        guard now >= deadline(session, isIdle: isIdle) else { return .wait }
        guard end == nil else { return .lose }
        if session.isInHead || !session.hasBegun || isIdle {
            end = now + pauses.ping
            return session.isInHead ? .refuse : .end
        }
        guard pinged == nil else { return .lose }
        pinged = now
        return .ping
    }
}
