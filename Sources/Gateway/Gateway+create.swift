import Catalog
import Crypto
import Dialects
import Jobs
import Routing
import Seal
import Wire

/// A job that a vendor has accepted.
struct Started {
    var view: JobView
    var claims: Claims
    /// True when the test card plays it.
    var isRehearsal: Bool
}

extension Gateway {
    /// Starts a job with the first try of its plan that takes it. Only a failure that proves that nothing was accepted moves on to
    /// the next.
    func create(
        _ creation: Creation, _ submission: Submission, in dialect: any Dialect, for caller: Caller, now: Timestamp
    ) async throws(Fault) -> Started {
        let (creation, plan) = try await planned(creation, for: caller)
        var first: Fault?
        for attempt in plan.tries {
            guard let account = studio.accounts[attempt.account] else { continue }
            if let wait = house.breakers.refuses(account.name, now: now) {
                first =
                    first
                    ?? Fault(.vendorUnavailable, "The vendor of this model is not taking jobs at the moment.", retryAfter: wait, sent: .no)
                continue
            }
            do throws(Fault) {
                return try await start(creation, submission, attempt, account, dialect, now: now)
            } catch {
                house.breakers.note(error, of: account.name, now: now)
                guard Gateway.mayGoOn(after: error) else { throw error }
                first = first ?? error
            }
        }
        throw first ?? Fault(.unknownModel, "No account can play '\(creation.job.model)'.", param: "model", code: "model_not_found")
    }

    /// The plan for the model that the caller names and may use; a job that continues another stays with that one's account.
    private func planned(_ creation: Creation, for caller: Caller) async throws(Fault) -> (Creation, Plan) {
        var creation = creation
        var earlier: Claims?
        if let previous = creation.previous {
            let claims = try await open(previous, for: caller.owner)
            guard !claims.ticket.fields.isEmpty else {
                throw Fault(.jobFailed, "Nobody knows whether the job to continue was made.", code: "create_ambiguous")
            }
            creation.job.previous = claims.ticket
            if creation.job.model.isEmpty { creation.job.model = claims.asked }
            earlier = claims
        }
        let name = creation.job.model
        guard caller.models.isEmpty || Pattern.any(caller.models, match: name) else {
            throw Fault(.forbidden, "This API key may not use the model '\(name)'.", param: "model", code: "model_not_allowed")
        }
        var plan = try studio.planner.plan(for: name) { Deck.order($0) { Double.random(in: 0..<1) } }
        if let earlier {
            plan.tries = plan.tries.filter { $0.account == earlier.account && $0.model.name == earlier.model }
            if plan.tries.isEmpty {
                throw Fault(
                    .unsupported, "A job is continued with the model that made it: '\(earlier.asked)'.", param: "model",
                    code: "invalid_value")
            }
        }
        return (creation, plan)
    }

    private func start(
        _ creation: Creation, _ submission: Submission, _ attempt: Plan.Try, _ account: Account, _ dialect: any Dialect, now: Timestamp
    ) async throws(Fault) -> Started {
        let checked = try studio.catalog.check(creation.job, on: attempt.model, adapt: attempt.adapt)
        let desk = MediaDesk(upstream: upstream, account: account, now: now)
        let brought = try await brought(checked.job, for: submission.owner, to: account, now: now)
        var (job, shortcomings) = try await desk.prepare(brought, on: checked.model)
        job.mark = "genlock-" + Hex.text(studio.random.bytes(12))
        let call = try account.vendor.start(job, on: checked.model)

        var claims = Claims(
            account: account.name, vendor: account.card.name, model: attempt.model.name, ticket: Ticket(), created: now,
            dialect: dialect.name, asked: creation.job.model)
        claims.operation = job.operation
        claims.seconds = creation.job.duration?.seconds ?? checked.expected.seconds
        claims.size = (creation.job.shape.size ?? checked.expected.shape.size)?.description
        claims.echo = creation.echo
        let id = try await pay(call, for: &claims, creation, submission, account, cost: checked.cost)
        house.watch.note(id, .queued, now: now)
        if account.card.jobsPerAsk > 1 { house.watch.board(id, claims) }
        house.records.keep(id, Records.Record(prompt: creation.job.prompt, previous: creation.previous, cost: checked.cost))
        var view = self.view(of: id, claims, Watch.Sight(progress: .queued, percent: 0, learnt: now), for: submission.owner, now: now)
        view.warnings = checked.warnings.map { creation.respelt($0) } + shortcomings
        view.cost = checked.cost
        return Started(view: view, claims: claims, isRehearsal: account.name == Planner.rehearsal)
    }

    /// Sends the paid call, once: behind an intent on the disk, and in front of an outcome on the disk.
    /// - Returns: the job's id.
    private func pay(
        _ call: Call, for claims: inout Claims, _ creation: Creation, _ submission: Submission, _ account: Account, cost: Money?
    ) async throws(Fault) -> String {
        let intent = try await intend(claims, creation, submission, clue: call.clue, cost: cost)
        let sent = clock()
        var heard: Reply?
        do throws(Fault) {
            let reply = try await upstream.reply(to: call, of: account, now: sent)
            heard = reply
            claims.ticket = try ticket(from: reply, to: call, account)
            house.breakers.worked(account.name, now: sent)
        } catch {
            // Whoever can be asked is asked before the client is told that nobody knows.
            guard error.sent == .maybe, let ticket = await ticket(by: call.clue, account) else {
                await settle(intent, error, claims, call.clue, sent: sent, heard)
                throw error
            }
            claims.ticket = ticket
        }
        let id = try studio.seal(claims, for: submission.owner)
        await accept(intent, as: id)
        return id
    }

    /// What the vendor's file reads out of the answer to a start call. Where it cannot say what a failure proves, the status decides:
    /// refusals name themselves, everything else may have been accepted.
    private func ticket(from reply: Reply, to call: Call, _ account: Account) throws(Fault) -> Ticket {
        do throws(Fault) {
            return try account.vendor.ticket(from: reply, to: call)
        } catch {
            var fault = error
            if fault.sent == nil { fault.sent = account.card.provesRefusal(reply.status) ? .no : .maybe }
            fault.detail = "\(account.name): HTTP \(reply.status): \(fault.detail ?? fault.message)"
            guard fault.sent == .maybe else { throw fault }
            throw Fault(
                .createAmbiguous,
                "The vendor's answer to the start call says neither accepted nor refused. Nothing is sent again by itself.",
                code: "create_ambiguous", detail: fault.detail, sent: .maybe)
        }
    }

    /// The next try may be asked only if nothing was accepted and another account could fare better.
    private static func mayGoOn(after fault: Fault) -> Bool {
        guard fault.sent != .maybe else { return false }
        switch fault.kind {
        case .unsupported, .vendorUnavailable, .vendorTimeout, .vendorRateLimited, .vendorBusy, .vendorCredentials, .vendorBalance,
            .misconfigured,
            .unknownModel, .notImplemented:
            return true
        default:
            return false
        }
    }
}

extension VendorCard {
    /// Whether an answer with that status proves that a start call was refused before it was accepted. 400, 402, 405, 413 and 415 judge the
    /// request itself, as 401, 403, 404, 422 and 429 do.
    func provesRefusal(_ status: Int) -> Bool {
        [400, 401, 402, 403, 404, 405, 413, 415, 422, 429].contains(status) || refusals.contains(status)
    }
}
