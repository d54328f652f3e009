import CLinux
import Wire

/// The time of day. Only the wiring reads it; everything else is handed a clock.
package enum WallClock {
    package static var now: Timestamp { Timestamp(sinceEpoch: .nanoseconds(linux_wall_clock())) }
}
