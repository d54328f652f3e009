import Crypto
import JobState
import Jobs
import Journal
import Net
import Seal
import Synchronization
import Telemetry
import Upstream
import Wire

/// Looks for jobs whose start calls were not answered, in this run or an earlier one, at the vendors that can look jobs up. Nothing is sent
/// again.
final class LostJobReconciler {
    private let lookup: JobLookup
    private let paidCalls: PaidCallSender
    private let config: RuntimeConfig
    private let shared: SharedState
    private let clock: () -> Timestamp
    private let monotonic: () -> Instant

    init(_ dependencies: Dependencies, lookup: JobLookup, paidCalls: PaidCallSender) {
        self.lookup = lookup
        self.paidCalls = paidCalls
        config = dependencies.config
        shared = dependencies.shared
        clock = dependencies.clock
        monotonic = dependencies.monotonic
    }

    /// Runs until the program shuts down. Each job is looked for at once, and again after growing pauses, because some vendors list new
    /// jobs late.
    /// - Parameter current: the reconciler with the configuration that is in force.
    func run(current: () -> LostJobReconciler) async {
        guard let journal = shared.journal else { return }
        var attempts: [String: (count: Int, due: Instant)] = [:]
        while let loop = Loop.current, !shared.statusCache.isClosing.load(ordering: .acquiring) {
            let now = monotonic()
            let reconciler = current()
            let limits = reconciler.config.limits
            let records = (try? await journal.ambiguousJobs(since: clock() - limits.reconcileWindow, limit: limits.reconcileBatch)) ?? []
            var left: [String: (count: Int, due: Instant)] = [:]
            for record in records {
                var attempt = attempts[record.id] ?? (0, now)
                if attempt.count < LostJobReconciler.backoff.count, attempt.due <= now, await !reconciler.reconcile(record, in: journal) {
                    attempt = (attempt.count + 1, monotonic() + LostJobReconciler.backoff[attempt.count])
                }
                left[record.id] = attempt
            }
            attempts = left
            await loop.sleep(for: LostJobReconciler.interval)
        }
    }

    private static let interval: Duration = .seconds(5)
    private static let backoff: [Duration] = [.seconds(10), .seconds(60), .seconds(300), .seconds(1800)]

    /// - Returns: whether the search for this job has ended.
    private func reconcile(_ record: JobRecord, in journal: Journal) async -> Bool {
        let owner = Owner(name: record.owner)
        guard let account = config.accounts[record.account], account.card.name == record.vendor, let key = record.correlationKey,
            let sealed = config.claims(of: record.id, for: owner),
            let ticket = await paidCalls.findTicket(by: CorrelationKey(text: key), account)
        else { return false }
        var claims = lookup.resolve(sealed, sealedClaims: record.sealedClaims, for: owner)
        guard !claims.isReference else { return false }
        // A job that has failed over was lost at the account of its last attempt.
        (claims.account, claims.vendor, claims.model) = (record.account, record.vendor, record.model)
        claims.ticket = ticket
        let found = config.sealWhole(claims, for: owner)
        do throws(StorageError) {
            guard try await journal.recordFound(record.id, as: found, ticket: ticket) else { return true }
        } catch {
            shared.telemetry.recordJournalFailure("found: \(error)")
            return false
        }
        adopt(claims, found, of: record, owner: owner)
        shared.telemetry.log(
            .notice, "a job whose start was not answered was found at its vendor", fields: ["account": account.name])
        return true
    }

    /// Replaces what this process believes about the job.
    private func adopt(_ claims: Claims, _ found: String, of record: JobRecord, owner: Owner) {
        var known = JobMetadataCache.JobMetadata(record)
        known.sealedClaims = found
        if !record.failedAttempts.isEmpty { (known.currentAttemptID, known.currentClaims) = (found, claims) }
        known.ended = nil
        known.fault = nil
        shared.jobMetadata.replace(record.id, known)
        shared.statusCache.discardEnd(of: record.id)
        shared.idempotency.forget(key: record.idempotencyKey, digest: record.requestDigest.flatMap { Digest($0) }, of: owner)
    }
}
