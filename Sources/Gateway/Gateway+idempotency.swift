import Access
import Crypto
import Dialects
import JobState
import Jobs
import Journal
import Routing
import Seal
import Server
import Wire

extension Gateway {
    /// Makes the job that a client asks for and delivers it; a request that was sent before is answered with the job it made then.
    func createAndAnswer(
        _ createCommand: CreateCommand, _ request: Request, context: RequestContext, dialect: any Dialect, caller: Caller, now: Timestamp
    ) async throws(Fault) {
        let createRequest = try await CreateRequest(request, from: caller.owner, requestID: context.requestID, limits: config.limits)
        let disconnect = ClientDisconnect(context.exchange)
        let (acceptedJob, number): (AcceptedJob, IdempotencyStore.Number?)
        do throws(Fault) {
            (acceptedJob, number) = try await createOnce(
                createCommand, createRequest, dialect: dialect, caller: caller, disconnect: disconnect, now: now)
        } catch {
            throw createCommand.withClientNames(error)
        }
        context.note(job: acceptedJob.view.id, acceptedJob.claims, cost: acceptedJob.view.cost)
        if createCommand.delivery == .asynchronous {
            await context.answer(dialect.render(.created(acceptedJob.view, createCommand)), about: acceptedJob)
        } else {
            try await answerSynchronously(acceptedJob, createCommand, context: context, dialect: dialect, caller: caller)
        }
        if let number, !disconnect.hasDisconnected, !context.exchange.clientIsGone { shared.idempotency.markDelivered(number) }
    }

    private func createOnce(
        _ createCommand: CreateCommand, _ createRequest: CreateRequest, dialect: any Dialect, caller: Caller, disconnect: ClientDisconnect,
        now: Timestamp
    ) async throws(Fault) -> (AcceptedJob, IdempotencyStore.Number?) {
        guard let digest = createRequest.digest else {
            return (try await create(createCommand, createRequest, in: dialect, for: caller, disconnect: disconnect, now: now), nil)
        }
        while true {
            switch try shared.idempotency.begin(createRequest, digest, now: monotonic()) {
            case .replay(let outcome, let number):
                return (try outcome.get(), number)
            case .inProgress(let number):
                if let outcome = await shared.idempotency.wait(for: number) { return (try outcome.get(), number) }
            case .new(let number):
                let outcome: IdempotencyStore.Outcome
                do throws(Fault) {
                    if let acceptedJob = try await findEarlierCreate(createRequest, digest, now: now) {
                        outcome = .success(acceptedJob)
                    } else {
                        outcome = .success(
                            try await create(createCommand, createRequest, in: dialect, for: caller, disconnect: disconnect, now: now))
                    }
                } catch {
                    // A client that sent the same request again still waits, and continues in its place.
                    if error.cause == .clientDisconnected { shared.idempotency.abandon(number) }
                    outcome = .failure(error)
                }
                shared.idempotency.complete(number, outcome)
                return (try outcome.get(), number)
            }
        }
    }

    /// What became of the same request before this program was started, or in another one with the same journal.
    private func findEarlierCreate(_ createRequest: CreateRequest, _ digest: Digest, now: Timestamp) async throws(Fault) -> AcceptedJob? {
        guard let journal = shared.journal, createRequest.key != nil || createRequest.retries > 0 else { return nil }
        let owner = createRequest.owner
        let found: JobRecord?
        do throws(StorageError) {
            if let key = createRequest.key {
                found = try await journal.jobRecord(of: owner.name, key: key)
            } else {
                found = try await journal.jobRecord(
                    of: owner.name, digest: digest.bytes, since: now + (.zero - config.limits.retryDedupWindow))
            }
        } catch {
            throw error.fault
        }
        guard let entry = found else { return nil }
        guard entry.requestDigest == digest.bytes else { throw IdempotencyStore.keyReused }
        switch entry.state {
        case .notSent, .deleted: return nil
        case .intended: throw IdempotencyStore.stillInProgress
        case .ambiguous: throw entry.fault ?? Gateway.ambiguousCreate
        case .accepted, .done, .failed, .cancelled: break
        }
        guard var claims = config.claims(of: entry.id, for: owner) else { throw Gateway.noSuchJob }
        claims = self.resolvedClaims(claims, found: entry.sealedClaims, for: owner)
        guard !claims.isReference else { throw Gateway.noSuchJob }
        shared.jobMetadata.storeIfAbsent(entry.id, JobMetadataCache.JobMetadata(entry))
        let snapshot = shared.statusCache.lastKnown(entry.id) ?? JobStatusCache.StatusSnapshot(entry)
        var view = view(of: entry.id, claims, snapshot, for: owner, now: now)
        view.cost = entry.reserved
        return AcceptedJob(view: view, claims: claims, isSimulated: claims.account == Planner.testVendor)
    }
}
