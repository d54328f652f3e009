import Net
import Wire

/// The time limits of connections as nanoseconds: `Duration` counts in 128 bits, which cost more than everything else about a wait.
struct Pauses {
    let handshake: Pause
    let head: Pause
    let idle: Pause
    let body: Pause
    let write: Pause

    init(_ limits: Limits) {
        handshake = Pause(limits.handshakeTime)
        head = Pause(limits.headTime)
        idle = Pause(limits.idleTime)
        body = Pause(limits.bodyPause)
        write = Pause(limits.writePause)
    }
}

/// A span of time that is added to a moment often.
struct Pause {
    private let nanoseconds: Int64

    init(_ span: Duration) {
        nanoseconds = (Instant(nanoseconds: 0) + span).nanoseconds
    }

    /// Saturates at `never`.
    static func + (start: Instant, span: Pause) -> Instant {
        let (sum, isTooFar) = start.nanoseconds.addingReportingOverflow(span.nanoseconds)
        return isTooFar ? .never : Instant(nanoseconds: sum)
    }
}
