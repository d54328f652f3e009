import CLinux
import Wire

extension Instant {
    /// Reads the monotonic clock (25 ns). Code on a loop can use `Loop.now`, which is read once per turn.
    package static var now: Instant { Instant(nanoseconds: linux_now()) }
}
