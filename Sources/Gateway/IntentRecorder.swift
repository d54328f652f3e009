import Access
import Crypto
import Dialects
import JobState
import Jobs
import Journal
import Seal
import Telemetry
import Wire

/// Records paid calls in the journal: an intent before the call, its outcome after it.
final class IntentRecorder {
    private let config: RuntimeConfig
    private let journal: Journal?
    private let telemetry: Telemetry
    private let clock: () -> Timestamp

    init(_ dependencies: Dependencies) {
        config = dependencies.config
        journal = dependencies.shared.journal
        telemetry = dependencies.shared.telemetry
        clock = dependencies.clock
    }

    static let ambiguousCreate = Fault(
        .createAmbiguous, "The vendor may have accepted the job, but its answer was lost. Nothing is sent again automatically.",
        code: "create_ambiguous", sent: .maybe)

    /// Records that a paid call is about to be sent.
    /// - Parameter claims: what is known of the job before the vendor has it.
    /// - Returns: the id of the intent, which becomes the job's own if the outcome stays unknown; nil without a journal.
    /// - Throws: `.storage` if the intent is not on the disk, `.budget` if the job does not fit. The call must not be sent then.
    func recordIntent(
        _ claims: Claims, of pending: PendingCreate, correlationKey: CorrelationKey?, storedRequest: StoredRequest?
    ) async throws(Fault) -> String? {
        guard let journal else { return nil }
        let (request, caller) = (pending.request, pending.caller)
        let sealed = config.seal(claims, for: request.owner, hasJournal: true)
        var record = JobRecord(claims, id: sealed.id, owner: request.owner)
        record.sealedClaims = sealed.sealedClaims
        record.prompt = pending.command.job.prompt
        record.previousID = pending.command.previous
        record.requestID = request.requestID
        record.reserved = claims.cost
        record.idempotencyKey = request.key
        record.requestDigest = request.digest?.bytes
        record.correlationKey = correlationKey?.text
        record.mayBeKept = pending.command.job.mayBeKept != false
        let decision: BudgetDecision
        do throws(StorageError) {
            decision = try await journal.recordIntent(
                record, within: caller.spendingLimit(at: claims.created), storedRequest: storedRequest)
        } catch {
            if error.kind == .constraint { throw IdempotencyStore.stillInProgress }
            throw error.fault
        }
        if case .exceeded(let spent) = decision { throw caller.overBudget(spent: spent, cost: claims.cost, at: claims.created) }
        return sealed.id
    }

    /// Seals the job's id and records that the vendor has the job. If that fails, the client gets an id that needs no journal.
    func recordAccepted(_ intent: String?, _ claims: Claims, for owner: Owner) async -> SealedID {
        guard let journal, let intent else { return config.seal(claims, for: owner, hasJournal: false) }
        let sealed = config.seal(claims, for: owner, hasJournal: true)
        do throws(StorageError) {
            try await journal.recordAccepted(intent, as: sealed.id, sealedClaims: sealed.sealedClaims, ticket: claims.ticket)
            return sealed
        } catch {
            telemetry.recordJournalFailure("accepted: \(error)")
            guard sealed.sealedClaims != nil else { return sealed }
            let alone = config.seal(claims, for: owner, hasJournal: false)
            journal.replaceID(sealed.id, with: alone.id)
            return alone
        }
    }

    /// Records that a paid call failed, and whether the vendor may have the job all the same.
    /// - Parameter trace: helps a person to find the job at the vendor.
    func recordFailure(_ intent: String?, _ fault: Fault, vendor: String, trace: String) async {
        if fault.sent == .maybe { telemetry.jobs.recordAmbiguousCreate(vendor: vendor) }
        guard let journal, let intent else { return }
        let now = clock()
        do throws(StorageError) {
            if fault.sent == .maybe {
                try await journal.markAmbiguous(intent, because: fault, trace: trace, at: now)
            } else {
                try await journal.markNotSent(intent, because: fault, at: now)
            }
        } catch {
            telemetry.recordJournalFailure("outcome: \(error)")
        }
    }
}

extension JobRecord {
    /// The content of an id, as a row.
    init(_ claims: Claims, id: String, owner: Owner) {
        self.init(
            owner: owner.name, id: id, created: claims.created, account: claims.account, vendor: claims.vendor, model: claims.model,
            requestedModel: claims.requestedModel, dialect: claims.dialect)
        operation = claims.operation.name
        seconds = claims.seconds
        size = claims.size
    }
}
