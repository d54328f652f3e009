import Journal
import Synchronization
import Telemetry
import Wire

/// What all loops share and change: the studio in force, what is known of jobs and accounts, the telemetry.
package final class House: Sendable {
    private let current: Mutex<Studio>
    let watch: Watch
    let breakers = Breakers()
    let signer = Signer()
    let records: Records
    let retries: Retries
    /// Nil where it is off.
    package let journal: Journal?
    package let telemetry: Telemetry
    /// Nil where there is no state folder.
    let uploads: Uploads?

    package init(_ studio: Studio, telemetry: Telemetry, journal: Journal? = nil, uploads: Uploads? = nil) {
        current = Mutex(studio)
        watch = Watch(capacity: studio.limits.rememberedJobs)
        records = Records(limits: studio.limits)
        retries = Retries(limits: studio.limits)
        self.journal = journal
        self.telemetry = telemetry
        self.uploads = uploads
    }

    /// The studio of this moment; a gateway keeps the one it began with.
    package var studio: Studio {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
