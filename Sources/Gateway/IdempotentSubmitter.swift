import Crypto
import Dialects
import JobState
import Jobs
import Journal
import Net
import Routing
import Seal
import Wire

/// Starts each job once, however often its request is sent. This makes paid calls.
final class IdempotentSubmitter {
    private let submitter: JobSubmitter
    private let lookup: JobLookup
    private let views: JobViewBuilder
    private let idempotency: IdempotencyStore
    private let statusCache: JobStatusCache
    private let metadata: JobMetadataCache
    private let journal: Journal?
    private let retryDedupWindow: Duration
    private let clock: () -> Timestamp
    private let monotonic: () -> Instant

    init(_ dependencies: Dependencies, submitter: JobSubmitter, lookup: JobLookup, views: JobViewBuilder) {
        self.submitter = submitter
        self.lookup = lookup
        self.views = views
        idempotency = dependencies.shared.idempotency
        statusCache = dependencies.shared.statusCache
        metadata = dependencies.shared.jobMetadata
        journal = dependencies.shared.journal
        retryDedupWindow = dependencies.config.limits.retryDedupWindow
        clock = dependencies.clock
        monotonic = dependencies.monotonic
    }

    /// - Returns: the job, and the number of its entry in the idempotency store; nil if nothing shows that the client repeats requests.
    func submit(_ pending: PendingCreate) async throws(Fault) -> (AcceptedJob, IdempotencyStore.Number?) {
        guard let digest = pending.request.digest else { return (try await submitter.submit(pending), nil) }
        return try await submitOnce(pending, digest)
    }

    /// Records that the response was sent: a retry without a key prefers creates whose responses were not.
    func markDelivered(_ number: IdempotencyStore.Number) { idempotency.markDelivered(number) }

    private func submitOnce(
        _ pending: PendingCreate, _ digest: Digest
    ) async throws(Fault) -> (AcceptedJob, IdempotencyStore.Number?) {
        while true {
            switch try idempotency.begin(pending.request, digest, now: monotonic()) {
            case .replay(let outcome, let number):
                return (try outcome.get(), number)
            case .inProgress(let number):
                if let outcome = await idempotency.wait(for: number) { return (try outcome.get(), number) }
            case .new(let number):
                let outcome = await outcome(of: pending, digest)
                // If a client has sent the same request again, that request still waits and continues.
                if case .failure(let fault) = outcome, fault.cause == .clientDisconnected { idempotency.abandon(number) }
                idempotency.complete(number, outcome)
                return (try outcome.get(), number)
            }
        }
    }

    private func outcome(of pending: PendingCreate, _ digest: Digest) async -> IdempotencyStore.Outcome {
        do throws(Fault) {
            if let earlier = try await findEarlierJob(pending.request, digest) { return .success(earlier) }
            return .success(try await submitter.submit(pending))
        } catch {
            return .failure(error)
        }
    }

    /// The job that the same request made before this program started, or in another program with the same journal.
    private func findEarlierJob(_ request: CreateRequest, _ digest: Digest) async throws(Fault) -> AcceptedJob? {
        guard let journal, request.key != nil || request.retries > 0 else { return nil }
        let found: JobRecord?
        do throws(StorageError) {
            if let key = request.key {
                found = try await journal.jobRecord(of: request.owner.name, key: key)
            } else {
                found = try await journal.jobRecord(
                    of: request.owner.name, digest: digest.bytes, since: clock() + (.zero - retryDedupWindow))
            }
        } catch {
            throw error.fault
        }
        guard let record = found else { return nil }
        guard record.requestDigest == digest.bytes else { throw IdempotencyStore.keyReused }
        switch record.state {
        case .notSent, .deleted: return nil
        case .intended: throw IdempotencyStore.stillInProgress
        case .ambiguous: throw record.fault ?? IntentRecorder.ambiguousCreate
        case .accepted, .done, .failed, .cancelled: break
        }
        guard let claims = lookup.originalClaims(from: record, for: request.owner) else { throw JobLookup.noSuchJob }
        metadata.storeIfAbsent(record.id, JobMetadataCache.JobMetadata(record))
        var view = views.view(
            of: OpenedJob(id: record.id, owner: request.owner, claims: claims),
            statusCache.lastKnown(record.id) ?? JobStatusCache.StatusSnapshot(record))
        view.cost = record.reserved
        return AcceptedJob(view: view, claims: claims, isSimulated: claims.account == Planner.testVendor)
    }
}
