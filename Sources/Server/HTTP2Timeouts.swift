import HTTP
import Net
import Wire

/// Times out HTTP/2 clients: for the preface, the rest of a head, the next request, and any input at all.
struct HTTP2Timeouts {
    /// What to do on a timeout.
    enum Action { case wait, ping, end, reject, fail }

    private let start: Instant
    /// When the head that is being read must be complete; `never` if none is.
    private var headDeadline = Instant.never
    private var lastInput: Instant
    private var idleSince: Instant
    private var pingSent: Instant?
    /// When the connection must have ended, once it is shutting down.
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

    /// The last request has ended.
    mutating func recordIdle(at now: Instant) { idleSince = now }

    /// Until when to wait for input.
    func deadline(_ session: HTTP2Session, isIdle: Bool) -> Instant {
        if let end { return end }
        if session.isReadingHead { return headDeadline }
        if !session.hasBegun { return start + timeouts.header }
        if isIdle { return idleSince + timeouts.keepAlive }
        if let pingSent { return pingSent + timeouts.ping }
        return lastInput + timeouts.keepAlive
    }

    /// What to do if nothing has arrived until now.
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
