import CLinux
import Wire

extension Instant {
    /// Asks the clock (25 ns). Code on a loop can use `Loop.now`, which is asked once a turn.
    package static var now: Instant { Instant(nanoseconds: linux_now()) }
}
