import HTTP
import Net
import Wire

/// How long an HTTP/2 client is waited for: for its preface, for the rest of a head, for a next request, for any sign of life.
struct HTTP2Timeouts {
    /// What is to be done when a wait is over.
    enum Action { case wait, ping, end, reject, fail }

    private let start: Instant
    /// Until when the head that has begun must have ended; `never` if none has.
    private var headDeadline = Instant.never
    private var lastInput: Instant
    private var idleSince: Instant
    private var pingSent: Instant?
    /// Until when the connection must be over, once it has been decided to end it.
    private var end: Instant?
    private let timeouts: Timeouts

    init(now: Instant, _ timeouts: Timeouts) {
        start = now
        lastInput = now
        idleSince = now
        self.timeouts = timeouts
    }

    mutating func recordInput(_ session: HTTP2Session, at now: Instant) {
        lastInput = now
        pingSent = nil
        if !session.isReadingHead {
            headDeadline = .never
        } else if headDeadline == .never {
            headDeadline = now + timeouts.header
        }
    }

    /// The last request has been answered.
    mutating func recordIdle(at now: Instant) { idleSince = now }

    func deadline(_ session: HTTP2Session, isIdle: Bool) -> Instant {
        if let end { return end }
        if session.isReadingHead { return headDeadline }
        if !session.hasBegun { return start + timeouts.header }
        if isIdle { return idleSince + timeouts.keepAlive }
        if let pingSent { return pingSent + timeouts.ping }
        return lastInput + timeouts.keepAlive
    }

    /// What it means that nothing came until now.
    mutating func actionOnTimeout(_ session: HTTP2Session, isIdle: Bool, at now: Instant) -> Action {
        guard now >= deadline(session, isIdle: isIdle) else { return .wait }
        guard end == nil else { return .fail }
        if session.isReadingHead || !session.hasBegun || isIdle {
            end = now + timeouts.ping
            return session.isReadingHead ? .reject : .end
        }
        guard pingSent == nil else { return .fail }
        pingSent = now
        return .ping
    }
}
