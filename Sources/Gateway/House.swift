import Synchronization
import Telemetry
import Wire

/// What all loops share and change: the studio in force, what is known of jobs and accounts, the telemetry.
package final class House: Sendable {
    private let current: Mutex<Studio>
    let watch: Watch
    let breakers = Breakers()
    let signer = Signer()
    package let telemetry: Telemetry

    package init(_ studio: Studio, telemetry: Telemetry) {
        current = Mutex(studio)
        watch = Watch(capacity: studio.limits.rememberedJobs)
        self.telemetry = telemetry
    }

    /// The studio of this moment; a request keeps the one it began with.
    package var studio: Studio {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
