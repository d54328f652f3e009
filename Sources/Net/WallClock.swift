import CLinux
import Wire

/// The time of day. Only the wiring reads it; all other code gets a clock passed.
package enum WallClock {
    package static var now: Timestamp { Timestamp(sinceEpoch: .nanoseconds(linux_wall_clock())) }
}
