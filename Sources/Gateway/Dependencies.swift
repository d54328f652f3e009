import Client
import Jobs
import Net
import Upstream
import Wire

/// What the use cases of one event loop are made from. Each of them stores only the parts that it needs.
final class Dependencies {
    let config: RuntimeConfig
    let shared: SharedState
    let upstream: Upstream
    /// The wall clock: what people and vendors read, and what is stored.
    let clock: () -> Timestamp
    /// The clock for all intervals. It does not move when the wall clock is set.
    let monotonic: () -> Instant

    init(shared: SharedState, client: Client, clock: @escaping () -> Timestamp, monotonic: @escaping () -> Instant) {
        self.shared = shared
        self.clock = clock
        self.monotonic = monotonic
        config = shared.config
        upstream = Upstream(
            client: client, signer: shared.signer, limits: config.limits, random: config.random, egress: config.egress,
            telemetry: shared.telemetry, clock: clock)
    }
}
