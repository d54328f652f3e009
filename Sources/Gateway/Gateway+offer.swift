import Catalog
import Dialects
import Jobs
import Journal
import Routing
import Seal
import Telemetry
import Wire

/// A job that failed at its vendor through no fault of its own and is offered to the next try of its alias (`on_failure: next`), under the
/// id that its owner has. Whoever learns of the failure does it: a poll, a held create, or a create that waits for the job's slot.
extension Gateway {
    /// The request to make a job again from; nil unless its alias may want that.
    func wish(for submission: Submission, _ attempt: Plan.Try, of plan: Plan) -> Wish? {
        let request = submission.request
        guard house.journal != nil, !plan.next(after: attempt.account, attempt.model.name, tried: []).isEmpty else { return nil }
        guard request.body.count <= studio.limits.journalRequestBytes else { return nil }
        return Wish(
            path: request.path, query: request.query.encoded, type: request.headers[.contentType], body: Bytes(request.body))
    }

    /// What becomes of a job that failed.
    /// - Returns: its state if it is made again, or will be; nil where the failure is its end.
    func offered(_ id: String, _ claims: Claims, after fault: Fault, now: Timestamp) async -> Progress? {
        guard fault.maySucceedElsewhere, let journal = house.journal, let plan = try? self.plan(for: claims.asked),
            !plan.next(after: claims.account, claims.model, tried: []).isEmpty, let entry = try? await journal.entry(id)
        else { return nil }
        switch entry.state {
        case .accepted where (entry.current ?? id) == (house.records[id]?.current ?? id): break
        case .accepted, .intended: return adopt(entry)
        case .ambiguous: return .failed(entry.fault ?? Gateway.ambiguous)
        default: return nil
        }
        house.gates.free(id, now: monotonic())
        house.telemetry.say(.debug, "job failed at its vendor", ["job": id, "account": claims.account, "fault": fault.kind.rawValue])
        guard let caller = studio.owners.caller(named: entry.owner), let wish = try? await journal.wish(of: id),
            let creation = self.creation(from: wish, in: claims.dialect)
        else { return nil }
        var offer = Offer(entry: entry, claims: claims, creation: creation, caller: caller)
        offer.entry.tried.append(Plan.word(claims.account, claims.model))
        let rest = plan.next(after: claims.account, claims.model, tried: offer.entry.tried)
        let candidates = rest.compactMap { attempt in
            studio.accounts[attempt.account].flatMap { try? candidate(creation.job, attempt, $0, for: caller) }
        }
        return await make(offer, candidates, now: now)
    }

    /// Another program with the same journal is at it, or was.
    private func adopt(_ entry: Entry) -> Progress {
        house.records.change(entry.id) { record in
            (record.current, record.moved) = (entry.current, entry.moved)
            record.attempt = entry.current.flatMap { studio.claims(of: $0, for: Owner(name: entry.owner)) }
        }
        return .queued
    }

    /// Goes through what is left of the plan until somebody takes the job. Accounts that have no room now are waited for, poll by poll.
    private func make(_ offer: Offer, _ candidates: [Candidate], now: Timestamp) async -> Progress? {
        var candidates = candidates
        while !candidates.isEmpty {
            let applicant = Gates.Applicant(
                accounts: candidates.map { ($0.account.name, $0.attempt.model.name, $0.account.bounds) }, owner: offer.caller.owner,
                until: deadline(of: offer.claims), deadline: nil)
            guard case .open(let pass) = house.gates.enter(applicant, now: monotonic()) else {
                return isPatient(with: offer.entry.id) ? .queued : nil
            }
            do throws(Fault) {
                return try await start(offer, at: candidates[pass.place], pass)
            } catch {
                house.gates.giveBack(pass, because: error, now: monotonic())
                if error.sent == .maybe { return .failed(error) }
                if error.kind == .storage, isPatient(with: offer.entry.id) { return .queued }
                guard error.mayTryNext else { return nil }
                candidates.removeTries(like: candidates[pass.place], at: pass.place, after: error)
            }
        }
        return nil
    }

    /// When the job's time is over, as the clocks stand now.
    private func deadline(of claims: Claims) -> Instant { monotonic() + (claims.created + studio.limits.jobTime - clock()) }

    private func isPatient(with id: String) -> Bool {
        let now = monotonic()
        house.records.change(id) { $0.failed = $0.failed ?? now }
        return house.records[id]?.failed.map { now - $0 < studio.limits.offerTime } ?? false
    }

    /// One more paid call for the same job: behind an intent on the disk, and in front of an outcome on the disk.
    private func start(_ offer: Offer, at candidate: Candidate, _ pass: Gates.Pass) async throws(Fault) -> Progress? {
        guard let journal = house.journal else { return nil }
        let (id, account) = (offer.entry.id, candidate.account)
        let memory = MemoryReservation(house.memory, retryAfter: studio.limits.overloadPause)
        defer { withExtendedLifetime(memory) {} }
        let call = try await call(for: candidate, of: offer.caller.owner, memory: memory, now: clock()).call
        var entry = offer.entry(at: candidate)
        entry.clue = call.clue?.text
        var claims = offer.claims(at: candidate)
        let made: Journal.Offer
        do throws(StorageFailure) {
            made = try await journal.offer(entry, after: offer.entry.current ?? id, within: ceiling(of: offer.caller, now: claims.created))
        } catch {
            throw error.fault
        }
        switch made {
        case .late:
            house.gates.giveBack(pass, because: Fault(.conflict, "Another program has offered the job."), now: monotonic())
            return .queued
        case .tooDear(let spent): throw Gateway.overBudget(offer.caller, spent: spent, cost: candidate.cost, now: claims.created)
        case .made: break
        }
        let sent = clock()
        var heard: Reply?
        do throws(Fault) {
            let reply = try await upstream.reply(to: call, of: account, now: sent)
            heard = reply
            claims.ticket = try ticket(from: reply, to: call, of: candidate, asked: claims.asked)
            let current = studio.sealWhole(claims, for: offer.caller.owner)
            let ticket = claims.ticket
            await note { () async throws(StorageFailure) in try await journal.arrive(id, current: current, ticket: ticket) }
            let told = plausibleCost(in: reply, for: claims.ticket, account, reserved: candidate.cost)
            house.records.change(id) { record in
                (record.current, record.attempt, record.moved, record.failed) = (current, claims, entry.moved, nil)
                (record.cost, record.told) = (told ?? candidate.cost, told)
            }
            house.telemetry.jobs.ended(
                vendor: offer.claims.vendor, model: offer.claims.model, outcome: "failed_over", after: clock() - offer.claims.created)
            count(accepted: claims, cost: told ?? candidate.cost, for: offer.caller.owner.name)
            house.gates.hold(pass, as: id, of: offer.caller.owner, until: deadline(of: claims), now: monotonic())
            return .queued
        } catch {
            let trace = Gateway.trace(claims, call.clue, sent: sent, until: clock(), heard)
            let now = clock()
            await note { () async throws(StorageFailure) in
                if error.sent == .maybe {
                    try await journal.doubt(id, because: error, trace: trace, at: now)
                } else {
                    try await journal.decline(id)
                }
            }
            throw error
        }
    }

    private func note(_ work: () async throws(StorageFailure) -> Void) async {
        do throws(StorageFailure) { try await work() } catch { house.telemetry.storageFailed("outcome of an offer: \(error)") }
    }

    private func plan(for name: String) throws(Fault) -> Plan {
        try studio.planner.plan(
            for: name, order: { Deck.order($0) { Double.random(in: 0..<1) } }, isRetired: { [now = clock()] in $0.isRetired(at: now) })
    }

    /// Reads a request that was kept, as it was read at first.
    private func creation(from wish: Wish, in dialect: String) -> Creation? {
        var request = Request(method: .post, path: wish.path, query: Query(parsing: Bytes(wish.query.utf8)[...]), body: wish.body[...])
        if let type = wish.type { request.headers.set(.contentType, type) }
        guard case .entries(let entries, let captures) = studio.table.find(.post, wish.path),
            let entry = entries.first(where: { $0.dialect.name == dialect }),
            case .create(let creation)? = try? entry.dialect.read(
                request, at: Route.Match(action: entry.route.action, captures: captures)), creation.previous == nil
        else { return nil }
        return creation
    }
}

/// A failed job on its way to the next try.
private struct Offer {
    /// With the attempt that failed among those that were tried.
    var entry: Entry
    let claims: Claims
    let creation: Creation
    let caller: Caller

    func entry(at candidate: Candidate) -> Entry {
        var entry = entry
        entry.account = candidate.account.name
        entry.vendor = candidate.account.card.name
        entry.model = candidate.attempt.model.name
        entry.reserved = candidate.cost
        let changes = candidate.checked.warnings.compactMap(\.adapted).joined(separator: ", ")
        entry.moved =
            "The job failed at '\(claims.vendor)/\(claims.model)' and was given to '\(candidate.attempt.model.fullName)'"
            + (changes.isEmpty ? "." : ": \(changes).")
        return entry
    }

    /// The attempt's own claims; what its owner sees of the job stays.
    func claims(at candidate: Candidate) -> Claims {
        var claims = claims
        claims.account = candidate.account.name
        claims.vendor = candidate.account.card.name
        claims.model = candidate.attempt.model.name
        claims.ticket = Ticket()
        claims.cost = candidate.cost
        return claims
    }
}

extension Fault {
    /// Whether the job itself may be well: not moderation, not bad input, not what a person wanted, not the end of its time.
    fileprivate var maySucceedElsewhere: Bool {
        switch kind {
        case .vendorFailed, .vendorBusy, .vendorRateLimited, .vendorUnavailable, .vendorTimeout, .vendorNonsense, .vendorCredentials,
            .vendorBalance, .modelUnavailable:
            true
        default: false
        }
    }
}
