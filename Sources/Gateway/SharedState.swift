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
import Watching
import Webhooks
import Wire

/// The state that all loops share: the current configuration, the caches of jobs and accounts, the journal and the telemetry.
package final class SharedState: Sendable {
    private let currentConfig: Mutex<RuntimeConfig>
    /// Advance with every change of a job.
    let revisions = RevisionCounters()
    package let statusCache: JobStatusCache
    let admission: AdmissionController
    let createRates = CallerRateLimiter()
    /// Limits how often each key may request an upload URL.
    let uploadRates = CallerRateLimiter()
    /// The memory budget for requests and media.
    package let memory: BodyMemoryBudget
    package let signer = Signer()
    /// Limits the log lines about rejected connections and malformed requests.
    let rejectionLogLimiter = Mutex(LogRateLimiter())
    /// Limits the log lines about skipped tries.
    let skippedTries = Mutex(OncePerMinute())
    let jobMetadata: JobMetadataCache
    let clipLengths: ClipLengthCache
    let clipProbes: ClipProbes
    package let idempotency: IdempotencyStore
    /// Nil if it is off.
    package let journal: Journal?
    package let telemetry: Telemetry
    /// True from the stop signal on.
    package let isDraining = Atomic<Bool>(false)
    /// Nil without a state folder.
    package let uploads: UploadTokens?
    /// Follows accepted jobs; nil if `watch` is off or there is no journal.
    package let watcher: Watcher?
    /// Nil without a journal.
    package let webhooks: SharedWebhooks?
    /// What the loops share about kept results.
    package let results = ResultActivity()

    package init(
        _ config: RuntimeConfig, telemetry: Telemetry, journal: Journal? = nil, uploads: UploadTokens? = nil, watcher: Watcher? = nil,
        webhooks: SharedWebhooks? = nil
    ) {
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
        self.watcher = watcher
        self.webhooks = webhooks
    }

    /// The current configuration. A gateway keeps the one with which it was made.
    package var config: RuntimeConfig {
        get { currentConfig.withLock { $0 } }
        set { currentConfig.withLock { $0 = newValue } }
    }

    /// Restores the slots of the jobs that still ran when an earlier run ended.
    package func resumeSlots(now: Timestamp, instant: Instant) async {
        guard let journal else { return }
        let life = config.limits.jobTimeout
        for account in config.accounts.values {
            guard let slots = account.bounds.slots else { continue }
            do throws(StorageError) {
                // There were never more running jobs than slots; `maxResumed` covers a limit that was lowered since.
                let entries = try await journal.runningJobs(on: account.name, since: now - life, limit: max(slots, SharedState.maxResumed))
                for entry in entries {
                    let since = instant + (entry.created - now)
                    admission.resume(
                        entry.id, of: Owner(name: entry.owner), on: account.name, bounds: account.bounds, since: since, until: since + life)
                }
            } catch {
                telemetry.recordJournalFailure("the running jobs of \(account.name) could not be read: \(error)")
            }
        }
    }

    private static let maxResumed = 10_000
}
