import Jobs
import Journal
import Routing
import Seal
import Server
import Synchronization
import Telemetry
import Wire

/// What all loops share and change: the studio in force, what is known of jobs and accounts, the telemetry.
package final class House: Sendable {
    private let current: Mutex<Studio>
    /// Advance whenever something becomes known of a job.
    let revisions = Revisions()
    let watch: Watch
    let gates: Gates
    let rates = Rates()
    /// How often each key may ask for a place for a file.
    let uploadRates = Rates()
    /// Bytes of requests and media in memory.
    package let memory: Ledger
    let signer = Signer()
    /// Of lines about what never became a request.
    let ration = Mutex(Ration())
    /// Of lines about tries that were skipped.
    let skippedTries = Mutex(OncePerMinute())
    let records: Records
    let clipLengths: ClipLengths
    let clipFacts: ClipFacts
    let retries: Retries
    /// Nil where it is off.
    package let journal: Journal?
    package let telemetry: Telemetry
    /// From the signal to stop until the end.
    let isDraining = Atomic<Bool>(false)
    /// Nil where there is no state folder.
    let uploads: Uploads?

    package init(_ studio: Studio, telemetry: Telemetry, journal: Journal? = nil, uploads: Uploads? = nil) {
        current = Mutex(studio)
        watch = Watch(capacity: studio.limits.rememberedJobs, revisions: revisions)
        gates = Gates(limits: studio.limits)
        memory = Ledger(studio.limits)
        clipLengths = ClipLengths(capacity: studio.limits.rememberedClips)
        clipFacts = ClipFacts(capacity: studio.limits.rememberedClips)
        records = Records(limits: studio.limits, revisions: revisions)
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

    /// Gives the jobs that an earlier run left at work their slots back.
    func resumeSlots(now: Timestamp, instant: Instant) async {
        guard let journal else { return }
        let life = studio.limits.jobTime
        for account in studio.accounts.values {
            guard let slots = account.bounds.slots else { continue }
            do throws(StorageFailure) {
                // No more can ever have been let in at a time than there were slots; some leave room for a bound that was lowered.
                let entries = try await journal.atWork(on: account.name, since: now - life, limit: max(slots, House.mostResumed))
                for entry in entries {
                    let since = instant + (entry.created - now)
                    gates.resume(
                        entry.id, of: Owner(name: entry.owner), on: account.name, bounds: account.bounds, since: since, until: since + life)
                }
            } catch {
                telemetry.storageFailed("the jobs at work on \(account.name) are not known: \(error)")
            }
        }
    }

    private static let mostResumed = 10_000
}
