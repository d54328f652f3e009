import Crypto
import Dialects
import Jobs
import Journal
import Routing
import Seal
import Server
import Wire

extension Gateway {
    /// Makes the job that a client asks for and delivers it; a request that was sent before is answered with the job it made then.
    func make(
        _ creation: Creation, _ request: Request, _ visit: Visit, _ dialect: any Dialect, _ caller: Caller, now: Timestamp
    ) async throws(Fault) {
        let submission = try await Submission(request, from: caller.owner, requestID: visit.requestID, limits: studio.limits)
        let leaving = Leaving(visit.exchange)
        let (started, number): (Started, Retries.Number?)
        do throws(Fault) {
            (started, number) = try await once(creation, submission, dialect, caller, leaving, now: now)
        } catch {
            throw creation.respelt(error)
        }
        visit.note(job: started.view.id, started.claims, cost: started.view.cost)
        if creation.delivery == .ticket {
            await visit.answer(dialect.render(.created(started.view, creation)), about: started)
        } else {
            try await hold(started, creation, visit, dialect, caller)
        }
        if let number, !leaving.hasLeft, !visit.exchange.clientIsGone { house.retries.delivered(number) }
    }

    private func once(
        _ creation: Creation, _ submission: Submission, _ dialect: any Dialect, _ caller: Caller, _ leaving: Leaving, now: Timestamp
    ) async throws(Fault) -> (Started, Retries.Number?) {
        guard let digest = submission.digest else {
            return (try await create(creation, submission, in: dialect, for: caller, leaving: leaving, now: now), nil)
        }
        while true {
            switch try house.retries.enter(submission, digest, now: monotonic()) {
            case .again(let outcome, let number):
                return (try outcome.get(), number)
            case .wait(let number):
                if let outcome = await house.retries.wait(for: number) { return (try outcome.get(), number) }
            case .first(let number):
                let outcome: Retries.Outcome
                do throws(Fault) {
                    if let started = try await earlier(submission, digest, now: now) {
                        outcome = .success(started)
                    } else {
                        outcome = .success(try await create(creation, submission, in: dialect, for: caller, leaving: leaving, now: now))
                    }
                } catch {
                    // Whoever sent the same again is still there, and goes on in its place.
                    if error.code == Leaving.code { house.retries.abandon(number) }
                    outcome = .failure(error)
                }
                house.retries.settle(number, outcome)
                return (try outcome.get(), number)
            }
        }
    }

    /// What became of the same request before this program was started, or in another one with the same journal.
    private func earlier(_ submission: Submission, _ digest: Digest, now: Timestamp) async throws(Fault) -> Started? {
        guard let journal = house.journal, submission.key != nil || submission.retries > 0 else { return nil }
        let owner = submission.owner
        let found: Entry?
        do throws(StorageFailure) {
            if let key = submission.key {
                found = try await journal.entry(of: owner.name, key: key)
            } else {
                found = try await journal.entry(of: owner.name, digest: digest.bytes, since: now + (.zero - studio.limits.foldTime))
            }
        } catch {
            throw error.fault
        }
        guard let entry = found else { return nil }
        guard entry.digest == digest.bytes else { throw Retries.keyReused }
        switch entry.state {
        case .neverSent, .deleted: return nil
        case .intended: throw Retries.underWay
        case .ambiguous: throw entry.fault ?? Gateway.ambiguous
        case .accepted, .done, .failed, .cancelled: break
        }
        guard var claims = studio.claims(of: entry.id, for: owner) else { throw Gateway.noSuchJob }
        claims = self.claims(claims, found: entry.found, for: owner)
        guard !claims.isReference else { throw Gateway.noSuchJob }
        house.records.keep(entry.id, Records.Record(entry))
        let sight = house.watch.peek(entry.id) ?? Watch.Sight(entry)
        var view = view(of: entry.id, claims, sight, for: owner, now: now)
        view.cost = entry.reserved
        return Started(view: view, claims: claims, isRehearsal: claims.account == Planner.rehearsal)
    }
}
