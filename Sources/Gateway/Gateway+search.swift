import Crypto
import Jobs
import Journal
import Net
import Seal
import Synchronization
import Telemetry
import Wire

/// Jobs whose start calls were not answered, in this run or an earlier one, are looked for at the vendors that can be asked. Nothing is
/// sent again.
extension Gateway {
    /// The ticket of a job that its vendor knows by that clue; nil if it does not (yet), or cannot be asked.
    func ticket(by clue: Clue?, _ account: Account) async -> Ticket? {
        guard let clue, let call = account.vendor.find(clue) else { return nil }
        do throws(Fault) {
            return try account.vendor.found(in: try await upstream.reply(to: call, of: account, now: clock()), by: clue)
        } catch {
            return nil
        }
    }

    /// The claims of a job whose id does not hold them: that of an intent whose job was found later, or one that refers to the journal.
    /// - Returns: a reference, if the journal does not hold them either.
    func claims(_ claims: Claims, found: String?, for owner: Owner) -> Claims {
        guard claims.ticket.fields.isEmpty, let found else { return claims }
        return studio.claims(of: found, for: owner) ?? claims
    }

    /// Looks for lost jobs for as long as the program runs: at once, and again after growing pauses, for vendors list new jobs late.
    func searchForLostJobs() async {
        guard let journal = house.journal else { return }
        var attempts: [String: (count: Int, due: Instant)] = [:]
        while let loop = Loop.current, !house.watch.isClosing.load(ordering: .acquiring) {
            let now = monotonic()
            let limits = studio.limits
            let entries = (try? await journal.lost(since: clock() - limits.lostTime, limit: limits.lostJobs)) ?? []
            var left: [String: (count: Int, due: Instant)] = [:]
            for entry in entries {
                var attempt = attempts[entry.id] ?? (0, now)
                if attempt.count < Gateway.searchPauses.count, attempt.due <= now, await !look(for: entry, in: journal) {
                    attempt = (attempt.count + 1, monotonic() + Gateway.searchPauses[attempt.count])
                }
                left[entry.id] = attempt
            }
            attempts = left
            await loop.sleep(for: Gateway.searchEvery)
        }
    }

    /// - Returns: whether nothing is left to look for.
    private func look(for entry: Entry, in journal: Journal) async -> Bool {
        let owner = Owner(name: entry.owner)
        guard let account = studio.accounts[entry.account], account.card.name == entry.vendor, let clue = entry.clue,
            let known = studio.claims(of: entry.id, for: owner), let ticket = await ticket(by: Clue(text: clue), account)
        else { return false }
        var claims = self.claims(known, found: entry.found, for: owner)
        guard !claims.isReference else { return false }
        // A job that was offered on was lost at the account of its last try.
        (claims.account, claims.vendor, claims.model) = (entry.account, entry.vendor, entry.model)
        claims.ticket = ticket
        let found = studio.sealWhole(claims, for: owner)
        do throws(StorageFailure) {
            guard try await journal.find(entry.id, as: found, ticket: ticket) else { return true }
        } catch {
            house.telemetry.storageFailed("found: \(error)")
            return false
        }
        var record = Records.Record(entry)
        record.found = found
        if !entry.tried.isEmpty { (record.current, record.attempt) = (found, claims) }
        record.ended = nil
        record.fault = nil
        house.records.replace(entry.id, record)
        house.retries.forget(key: entry.key, digest: entry.digest.flatMap { Digest($0) }, of: owner)
        house.telemetry.say(.notice, "a job whose start was not answered was found at its vendor", ["account": account.name])
        return true
    }

    private static let searchEvery: Duration = .seconds(5)
    private static let searchPauses: [Duration] = [.seconds(10), .seconds(60), .seconds(300), .seconds(1800)]
}
