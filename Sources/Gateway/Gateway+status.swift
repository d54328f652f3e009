import Dialects
import Jobs
import Routing
import Seal
import Telemetry
import Wire

extension Gateway {
    /// The claims of an id that is this owner's.
    /// - Throws: the same `.notFound` for everything that is not, and for what its owner has deleted.
    func open(_ id: String, for owner: Owner) async throws(Fault) -> Claims {
        guard let claims = studio.claims(of: id, for: owner) else { throw Gateway.noSuchJob }
        let record = await recall(id)
        guard record?.isDeleted != true else { throw Gateway.noSuchJob }
        if record == nil, claims.ticket.fields.isEmpty { try needJournal(for: claims) }
        guard let current = record?.current else {
            let whole = self.claims(claims, found: record?.found, for: owner)
            guard !whole.isReference else { throw Gateway.noSuchJob }
            return whole
        }
        if let attempt = record?.attempt { return attempt }
        let attempt = studio.claims(of: current, for: owner)
        house.records.change(id) { $0.attempt = attempt }
        return attempt ?? claims
    }

    /// An id without a ticket says nothing of its job where the journal cannot be read.
    private func needJournal(for claims: Claims) throws(Fault) {
        if house.journal != nil {
            throw Fault(
                .storage, "This router's journal cannot be used at the moment.", code: "storage_unavailable", retryAfter: .seconds(5))
        }
        guard claims.isReference else { return }
        throw Fault(.misconfigured, "This job is recorded in the journal, which is off.", code: "journal_off")
    }

    static let noSuchJob = Fault(.notFound, "No such video job.", param: "video_id", code: "not_found")

    /// Where the job stands: as remembered, or asked of its vendor, once for however many ask at the same time.
    func sight(
        of id: String, _ claims: Claims, now: Timestamp, fresh: Bool = false, isStopped: Bool = false
    ) async throws(Fault) -> Watch.Sight {
        // The id of an intent: nobody knows whether the vendor has the job.
        if claims.ticket.fields.isEmpty {
            let fault = house.records[id]?.fault ?? Gateway.ambiguous
            return Watch.Sight(progress: .failed(fault), percent: 0, learnt: monotonic(), ended: house.records[id]?.ended ?? claims.created)
        }
        while true {
            // While others were waited for, the job may have been offered to another model.
            let claims = house.records[id]?.attempt ?? claims
            let account = try self.account(of: claims)
            switch house.watch.enter(id, now: monotonic(), interval: account.card.pollInterval, fresh: fresh) {
            case .known(let sight):
                trace(id, sight, from: "memory")
                return sight
            case .wait:
                if let sight = try await house.watch.wait(for: id) { return sight }
            case .fly:
                var found = await Gateway.outcome { () async throws(Fault) in
                    self.shown(try await self.ask(id, claims, account, now: now), of: claims, on: account)
                }
                if isStopped, case .success(.failed(let fault)) = found, fault.kind == .vendorExpired {
                    found = .success(.failed(Fault(.vendorCancelled, "The job was cancelled.")))
                }
                if case .success(.failed(let fault)) = found, let next = await offered(id, claims, after: fault, now: now) {
                    found = .success(next)
                }
                let landed = clock()
                let sight = try house.watch.land(
                    id, found, now: monotonic(), time: landed, surfacesFaults: account.card.surfacesFaults)
                if sight.ended == landed { end(id, claims, sight, at: account.card) }
                trace(id, sight, from: account.name)
                return sight
            }
        }
    }

    private func trace(_ id: String, _ sight: Watch.Sight, from source: String) {
        guard house.telemetry.isOn(.trace) else { return }
        house.telemetry.say(.trace, "job state", ["job": id, "state": sight.progress.word, "percent": "\(sight.percent)", "source": source])
    }

    func account(of claims: Claims) throws(Fault) -> Account {
        guard let account = studio.accounts[claims.account], account.card.name == claims.vendor else {
            throw Fault(
                .misconfigured, "The account that started this job is not configured any more.", code: "account_missing",
                detail: "account '\(claims.account)' of vendor '\(claims.vendor)'")
        }
        return account
    }

    /// Follows the vendor's file from call to call until it knows the state.
    private func ask(_ id: String, _ claims: Claims, _ account: Account, now: Timestamp) async throws(Fault) -> Progress {
        if let progress = try await askTogether(id, claims, account, now: now) { return progress }
        var finding = account.vendor.ask(claims.ticket)
        for _ in 0..<4 {
            switch finding {
            case .progress(.unknown(let word)):
                house.telemetry.unknownState(word, vendor: account.card.name)
                return expired(.unknown(word), of: id, claims, now: now)
            case .progress(let progress):
                return expired(progress, of: id, claims, now: now)
            case .ask(let call):
                house.telemetry.jobs.polled(vendor: account.card.name)
                let reply = try await upstream.reply(to: call, of: account, now: now)
                finding = try account.vendor.progress(from: reply, for: claims.ticket)
                if let told = plausibleCost(in: reply, for: claims.ticket, account, reserved: house.records[id]?.cost ?? claims.cost) {
                    house.records.change(id) { $0.told = told }
                }
            }
        }
        throw Fault(
            .vendorNonsense, "The vendor's answers about this job lead nowhere.", detail: "\(account.name): more than four status calls")
    }

    /// A job that has not ended by its deadline is told as failed.
    func expired(_ progress: Progress, of id: String, _ claims: Claims, now: Timestamp) -> Progress {
        guard !progress.isFinal,
            house.watch.age(of: id, created: claims.created, time: now, now: monotonic()) > studio.limits.jobTime
        else { return progress }
        return .failed(Fault(.vendorExpired, "The job did not end within its time.", code: "expired"))
    }

    func view(of id: String, _ claims: Claims, _ sight: Watch.Sight, for owner: Owner, now: Timestamp) -> JobView {
        var view = JobView(
            id: id, operation: claims.operation, progress: sight.progress, percent: sight.percent, created: claims.created,
            model: claims.asked)
        view.resolvedModel = claims.vendor + "/" + claims.model
        view.echo = claims.echo
        let record = house.records[id]
        view.seconds = claims.seconds ?? record?.seconds
        view.size = claims.size ?? record?.size
        view.prompt = record?.prompt
        view.previous = record?.previous
        view.cost = record?.cost ?? claims.cost
        if let moved = record?.moved { view.warnings = [Warning(param: "model", message: moved)] }
        view.completed = sight.ended == nil ? nil : record?.ended ?? sight.ended
        if case .done(let assets) = sight.progress {
            view.links = assets.contains { $0.kind == .video } ? [studio.links.link(to: id, of: owner, now: now)] : []
            view.expires =
                assets.lazy.compactMap(\.expires).first ?? sight.ended.flatMap { ended in lifeOfResults(claims).map { ended + $0 } }
        }
        if !sight.progress.isFinal { view.pollAfter = pollAfter(claims) }
        return view
    }

    private func lifeOfResults(_ claims: Claims) -> Duration? { studio.accounts[claims.account]?.card.resultLife }

    /// How soon the state may have changed: the vendor's interval, within what SDKs accept (1 to 8 seconds).
    private func pollAfter(_ claims: Claims) -> Duration {
        min(max(studio.accounts[claims.account]?.card.pollInterval ?? .seconds(2), .seconds(1)), .seconds(8))
    }

    private static func outcome<Value>(_ body: () async throws(Fault) -> Value) async -> Result<Value, Fault> {
        do throws(Fault) { return .success(try await body()) } catch { return .failure(error) }
    }
}

extension Progress {
    /// For logs.
    fileprivate var word: String {
        switch self {
        case .queued: "queued"
        case .running: "running"
        case .done: "completed"
        case .failed(let fault): "failed: \(fault.kind.rawValue)"
        case .unknown(let word): "unknown: \(word.prefix(40))"
        }
    }
}
