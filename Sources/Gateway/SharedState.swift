import Access
import JobState
import Jobs
import Journal
import Routing
import Seal
import Server
import Storage
import Synchronization
import Telemetry
import Upstream
import Wire

/// What all loops share and change: the studio in force, what is known of jobs and accounts, the telemetry.
package final class SharedState: Sendable {
    private let currentConfig: Mutex<RuntimeConfig>
    /// Advance whenever something becomes known of a job.
    let revisions = RevisionCounters()
    package let statusCache: JobStatusCache
    let admission: AdmissionController
    let createRates = CallerRateLimiter()
    /// How often each key may ask for a place for a file.
    let uploadRates = CallerRateLimiter()
    /// Bytes of requests and media in memory.
    package let memory: BodyMemoryBudget
    package let signer = Signer()
    /// Of lines about what never became a request.
    let rejectionLogLimiter = Mutex(LogRateLimiter())
    /// Of lines about tries that were skipped.
    let skippedTries = Mutex(OncePerMinute())
    let jobMetadata: JobMetadataCache
    let clipLengths: ClipLengthCache
    let clipProbes: ClipProbes
    package let idempotency: IdempotencyStore
    /// Nil where it is off.
    package let journal: Journal?
    package let telemetry: Telemetry
    /// From the signal to stop until the end.
    package let isDraining = Atomic<Bool>(false)
    /// Nil where there is no state folder.
    package let uploads: UploadTokens?

    package init(_ config: RuntimeConfig, telemetry: Telemetry, journal: Journal? = nil, uploads: UploadTokens? = nil) {
        currentConfig = Mutex(config)
        statusCache = JobStatusCache(capacity: config.limits.jobCacheEntries, revisions: revisions)
        admission = AdmissionController(limits: config.limits)
        memory = BodyMemoryBudget(config.limits)
        clipLengths = ClipLengthCache(capacity: config.limits.videoLengthCacheEntries)
        clipProbes = ClipProbes(capacity: config.limits.videoLengthCacheEntries)
        jobMetadata = JobMetadataCache(limits: config.limits, revisions: revisions)
        idempotency = IdempotencyStore(limits: config.limits)
        self.journal = journal
        self.telemetry = telemetry
        self.uploads = uploads
    }

    /// The studio of this moment; a gateway keeps the one it began with.
    package var config: RuntimeConfig {
        get { currentConfig.withLock { $0 } }
        set { currentConfig.withLock { $0 = newValue } }
    }

    /// Restores the slots of jobs that an earlier run left running.
    package func resumeSlots(now: Timestamp, instant: Instant) async {
        guard let journal else { return }
        let life = config.limits.jobTimeout
        for account in config.accounts.values {
            guard let slots = account.bounds.slots else { continue }
            do throws(StorageError) {
                // No more can ever have been let in at a time than there were slots; some leave room for a bound that was lowered.
                let entries = try await journal.runningJobs(on: account.name, since: now - life, limit: max(slots, SharedState.maxResumed))
                for entry in entries {
                    let since = instant + (entry.created - now)
                    admission.resume(
                        entry.id, of: Owner(name: entry.owner), on: account.name, bounds: account.bounds, since: since, until: since + life)
                }
            } catch {
                telemetry.recordJournalFailure("the jobs at work on \(account.name) are not known: \(error)")
            }
        }
    }

    private static let maxResumed = 10_000
}
