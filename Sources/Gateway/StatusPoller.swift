import JobState
import Jobs
import Seal
import Telemetry
import Upstream
import Wire

/// Asks vendors for the status of jobs.
final class StatusPoller {
    private let upstream: Upstream
    private let statusCache: JobStatusCache
    private let metadata: JobMetadataCache
    private let ends: JobEndRecorder
    private let telemetry: Telemetry
    private let jobTimeout: Duration
    /// The longest time between two polls of a watched job; nil if jobs are not watched.
    private let watchInterval: Duration?
    private let clock: () -> Timestamp
    private let monotonic: () -> Instant

    init(_ dependencies: Dependencies, ends: JobEndRecorder) {
        upstream = dependencies.upstream
        statusCache = dependencies.shared.statusCache
        metadata = dependencies.shared.jobMetadata
        telemetry = dependencies.shared.telemetry
        jobTimeout = dependencies.config.limits.jobTimeout
        watchInterval = dependencies.shared.watcher == nil ? nil : dependencies.config.limits.maxWatchInterval
        clock = dependencies.clock
        monotonic = dependencies.monotonic
        self.ends = ends
    }

    /// Makes the status calls of the job's vendor, one after the other, until one gives the status.
    func pollVendor(for job: OpenedJob, with account: Account) async throws(Fault) -> Progress {
        if account.card.maxJobsPerStatusCall > 1, let progress = try await pollBatch(with: job, account: account) { return progress }
        var step = account.vendor.statusCall(for: job.claims.ticket)
        for _ in 0..<StatusPoller.maxCalls {
            switch step {
            case .progress(let progress):
                if case .unknown(let word) = progress { telemetry.recordUnknownState(word, vendor: account.card.name) }
                return applyDeadline(to: progress, of: job)
            case .call(let call):
                telemetry.jobs.recordPoll(vendor: account.card.name)
                let reply = try await upstream.send(call, with: account)
                step = try account.vendor.progress(from: reply, for: job.claims.ticket)
                storeReportedCost(in: reply, of: job, account: account)
            }
        }
        throw Fault(
            .vendorNonsense, "The vendor's answers about this job do not end in a status.",
            detail: "\(account.name): more than \(StatusPoller.maxCalls) status calls")
    }

    private static let maxCalls = 4

    /// The status, or a failure if the job has not ended by its deadline.
    func applyDeadline(to progress: Progress, of job: OpenedJob) -> Progress {
        guard !progress.isFinal,
            statusCache.age(of: job.id, created: job.claims.created, time: clock(), now: monotonic()) > jobTimeout
        else { return progress }
        return .failed(Fault(.vendorExpired, "The job did not end within its time.", code: "expired"))
    }

    /// A failed status call ends a job whose deadline has passed: its vendor has forgotten it, or will never answer.
    func progress(of job: OpenedJob, after fault: Fault) -> Progress? {
        let progress = applyDeadline(to: .unknown(fault.kind.rawValue), of: job)
        return progress.isFinal ? progress : nil
    }

    private func storeReportedCost(in reply: Reply, of job: OpenedJob, account: Account) {
        guard
            let cost = upstream.plausibleCost(
                in: reply, for: job.claims.ticket, with: account, reserved: metadata[job.id]?.cost ?? job.claims.cost)
        else { return }
        metadata.update(job.id) { $0.reportedCost = cost }
    }

    /// Asks for the status of a job and, in the same call, of others of its account that are due.
    /// - Returns: the status of the job itself; nil if it must be asked for alone.
    private func pollBatch(with job: OpenedJob, account: Account) async throws(Fault) -> Progress? {
        let card = account.card
        statusCache.registerForBatch(job.id, job.claims)
        // The watcher asks about each of the account's jobs again, so one call for many saves calls later.
        let others = statusCache.claimBatch(
            beside: job.id, on: account.name, now: monotonic(), interval: card.pollInterval,
            interest: max(card.pollInterval, watchInterval ?? .zero) * 2, limit: card.maxJobsPerStatusCall - 1)
        guard !others.isEmpty else { return nil }
        guard let call = account.vendor.statusCall(for: [job.claims.ticket] + others.map(\.claims.ticket)) else {
            for other in others { statusCache.release(other.id) }
            return nil
        }
        do throws(Fault) {
            telemetry.jobs.recordPoll(vendor: card.name)
            let reply = try await upstream.send(call, with: account)
            // No one reads the owner of the other jobs: only their records are completed.
            for other in others { complete(OpenedJob(id: other.id, owner: job.owner, claims: other.claims), from: reply, account: account) }
            return batchProgress(in: reply, of: job, account: account)
        } catch {
            for other in others { statusCache.release(other.id) }
            throw error
        }
    }

    /// The status of one job in an answer about several. A failure is final, so it is only taken from the job's own answer.
    private func batchProgress(in reply: Reply, of job: OpenedJob, account: Account) -> Progress? {
        guard let progress = account.vendor.progress(in: reply, for: job.claims.ticket) else { return nil }
        if case .failed = progress { return nil }
        return applyDeadline(to: progress, of: job)
    }

    private func complete(_ job: OpenedJob, from reply: Reply, account: Account) {
        let completed = clock()
        guard let progress = batchProgress(in: reply, of: job, account: account),
            let snapshot = try? statusCache.complete(
                job.id, .success(progress), now: monotonic(), time: completed, reportsFaults: false)
        else { return statusCache.release(job.id) }
        if snapshot.ended == completed { ends.recordEnd(of: job, snapshot, at: account.card) }
    }
}
