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

/// Jobs whose start calls were not answered, in this run or an earlier one, are looked for at the vendors that can be asked. Nothing is
/// sent again.
extension Gateway {
    /// The ticket of a job that its vendor knows by that clue; nil if it does not (yet), or cannot be asked.
    func findTicket(by correlationKey: CorrelationKey?, _ account: Account) async -> Ticket? {
        guard let correlationKey, let call = account.vendor.lookupCall(for: correlationKey) else { return nil }
        do throws(Fault) {
            return try account.vendor.ticket(fromLookup: try await upstream.send(call, with: account), by: correlationKey)
        } catch {
            return nil
        }
    }

    /// The claims of a job whose id does not hold them: that of an intent whose job was found later, or one that refers to the journal.
    /// - Returns: a reference, if the journal does not hold them either.
    func resolvedClaims(_ claims: Claims, found: String?, for owner: Owner) -> Claims {
        guard claims.ticket.fields.isEmpty, let found else { return claims }
        return config.claims(of: found, for: owner) ?? claims
    }

    /// Looks for lost jobs for as long as the program runs: at once, and again after growing pauses, for vendors list new jobs late.
    package func reconcileAmbiguousJobs() async {
        guard let journal = shared.journal else { return }
        var attempts: [String: (count: Int, due: Instant)] = [:]
        while let loop = Loop.current, !shared.statusCache.isClosing.load(ordering: .acquiring) {
            let now = monotonic()
            let limits = config.limits
            let entries = (try? await journal.ambiguousJobs(since: clock() - limits.reconcileWindow, limit: limits.reconcileBatch)) ?? []
            var left: [String: (count: Int, due: Instant)] = [:]
            for entry in entries {
                var attempt = attempts[entry.id] ?? (0, now)
                if attempt.count < Gateway.reconcileBackoff.count, attempt.due <= now, await !reconcile(for: entry, in: journal) {
                    attempt = (attempt.count + 1, monotonic() + Gateway.reconcileBackoff[attempt.count])
                }
                left[entry.id] = attempt
            }
            attempts = left
            await loop.sleep(for: Gateway.reconcileInterval)
        }
    }

    /// - Returns: whether nothing is left to look for.
    private func reconcile(for entry: JobRecord, in journal: Journal) async -> Bool {
        let owner = Owner(name: entry.owner)
        guard let account = config.accounts[entry.account], account.card.name == entry.vendor, let correlationKey = entry.correlationKey,
            let known = config.claims(of: entry.id, for: owner),
            let ticket = await findTicket(by: CorrelationKey(text: correlationKey), account)
        else { return false }
        var claims = self.resolvedClaims(known, found: entry.sealedClaims, for: owner)
        guard !claims.isReference else { return false }
        // A job that was offered on was lost at the account of its last try.
        (claims.account, claims.vendor, claims.model) = (entry.account, entry.vendor, entry.model)
        claims.ticket = ticket
        let found = config.sealWhole(claims, for: owner)
        do throws(StorageError) {
            guard try await journal.recordFound(entry.id, as: found, ticket: ticket) else { return true }
        } catch {
            shared.telemetry.recordJournalFailure("found: \(error)")
            return false
        }
        var record = JobMetadataCache.JobMetadata(entry)
        record.sealedClaims = found
        if !entry.failedAttempts.isEmpty { (record.currentAttemptID, record.currentClaims) = (found, claims) }
        record.ended = nil
        record.fault = nil
        shared.jobMetadata.replace(entry.id, record)
        shared.statusCache.discardEnd(of: entry.id)
        shared.idempotency.forget(key: entry.idempotencyKey, digest: entry.requestDigest.flatMap { Digest($0) }, of: owner)
        shared.telemetry.log(.notice, "a job whose start was not answered was found at its vendor", fields: ["account": account.name])
        return true
    }

    private static let reconcileInterval: Duration = .seconds(5)
    private static let reconcileBackoff: [Duration] = [.seconds(10), .seconds(60), .seconds(300), .seconds(1800)]
}
