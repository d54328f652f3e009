import Catalog
import Dialects
import JobState
import Jobs
import Routing
import Seal
import Telemetry
import Upstream
import Wire

extension Gateway {
    /// The claims of an id that is this owner's.
    /// - Throws: the same `.notFound` for everything that is not, and for what its owner has deleted.
    func openJob(_ id: String, for owner: Owner) async throws(Fault) -> Claims {
        guard let claims = config.claims(of: id, for: owner) else { throw Gateway.noSuchJob }
        let record = await loadMetadata(id)
        guard record?.isDeleted != true else { throw Gateway.noSuchJob }
        if record == nil, claims.ticket.fields.isEmpty { try requireReadableJournal(for: claims) }
        guard let current = record?.currentAttemptID else {
            let whole = self.resolvedClaims(claims, found: record?.sealedClaims, for: owner)
            guard !whole.isReference else { throw Gateway.noSuchJob }
            return whole
        }
        if let attempt = record?.currentClaims { return attempt }
        let attempt = config.claims(of: current, for: owner)
        shared.jobMetadata.update(id) { $0.currentClaims = attempt }
        return attempt ?? claims
    }

    /// An id without a ticket says nothing of its job where the journal cannot be read.
    private func requireReadableJournal(for claims: Claims) throws(Fault) {
        if shared.journal != nil {
            throw Fault(
                .storage, "This router's journal cannot be used at the moment.", code: "storage_unavailable", retryAfter: .seconds(5))
        }
        guard claims.isReference else { return }
        throw Fault(.misconfigured, "This job is recorded in the journal, which is off.", code: "journal_off")
    }

    static let noSuchJob = Fault(.notFound, "No such video job.", param: "video_id", code: "not_found")

    /// Where the job stands: as remembered, or asked of its vendor, once for however many ask at the same time.
    func refreshStatus(
        of id: String, _ claims: Claims, now: Timestamp, fresh: Bool = false, isStopped: Bool = false
    ) async throws(Fault) -> JobStatusCache.StatusSnapshot {
        // The id of an intent: nobody knows whether the vendor has the job.
        if claims.ticket.fields.isEmpty {
            let fault = shared.jobMetadata[id]?.fault ?? Gateway.ambiguousCreate
            return JobStatusCache.StatusSnapshot(
                progress: .failed(fault), percent: 0, learnt: monotonic(), ended: shared.jobMetadata[id]?.ended ?? claims.created)
        }
        while true {
            // While others were waited for, the job may have been offered to another model.
            let claims = shared.jobMetadata[id]?.currentClaims ?? claims
            let account = try self.account(of: claims)
            switch shared.statusCache.acquire(id, now: monotonic(), interval: account.card.pollInterval, fresh: fresh) {
            case .known(let snapshot):
                logStatus(id, snapshot, from: "memory")
                return snapshot
            case .follower:
                if let snapshot = try await shared.statusCache.wait(for: id) { return snapshot }
            case .leader:
                var found = await Gateway.result { () async throws(Fault) in
                    Upstream.publicProgress(
                        try await self.pollVendor(id, claims, account: account, now: now),
                        of: self.config.catalog.model(claims.model, of: claims.vendor), on: account, requestedModel: claims.requestedModel)
                }
                if isStopped, case .success(.failed(let fault)) = found, fault.kind == .vendorExpired {
                    found = .success(.failed(Fault(.vendorCancelled, "The job was cancelled.")))
                }
                if case .success(.failed(let fault)) = found, let next = await failOver(id, claims, after: fault, now: now) {
                    found = .success(next)
                }
                let completed = clock()
                let snapshot = try shared.statusCache.complete(
                    id, found, now: monotonic(), time: completed, reportsFaults: account.card.reportsStatusFaults)
                if snapshot.ended == completed { recordEnd(id, claims, status: snapshot, at: account.card) }
                logStatus(id, snapshot, from: account.name)
                return snapshot
            }
        }
    }

    private func logStatus(_ id: String, _ snapshot: JobStatusCache.StatusSnapshot, from source: String) {
        guard shared.telemetry.isEnabled(.trace) else { return }
        shared.telemetry.log(
            .trace, "job state", fields: ["job": id, "state": snapshot.progress.word, "percent": "\(snapshot.percent)", "source": source])
    }

    func account(of claims: Claims) throws(Fault) -> Account {
        guard let account = config.accounts[claims.account], account.card.name == claims.vendor else {
            throw Fault(
                .misconfigured, "The account that started this job is not configured any more.", code: "account_missing",
                detail: "account '\(claims.account)' of vendor '\(claims.vendor)'")
        }
        return account
    }

    /// Follows the vendor's file from call to call until it knows the state.
    private func pollVendor(_ id: String, _ claims: Claims, account: Account, now: Timestamp) async throws(Fault) -> Progress {
        if let progress = try await pollBatch(id, claims, account: account, now: now) { return progress }
        var finding = account.vendor.statusCall(for: claims.ticket)
        for _ in 0..<4 {
            switch finding {
            case .progress(.unknown(let word)):
                shared.telemetry.recordUnknownState(word, vendor: account.card.name)
                return applyDeadline(.unknown(word), of: id, claims, now: now)
            case .progress(let progress):
                return applyDeadline(progress, of: id, claims, now: now)
            case .call(let call):
                shared.telemetry.jobs.recordPoll(vendor: account.card.name)
                let reply = try await upstream.send(call, with: account)
                finding = try account.vendor.progress(from: reply, for: claims.ticket)
                if let reportedCost = upstream.plausibleCost(
                    in: reply, for: claims.ticket, with: account, reserved: shared.jobMetadata[id]?.cost ?? claims.cost)
                {
                    shared.jobMetadata.update(id) { $0.reportedCost = reportedCost }
                }
            }
        }
        throw Fault(
            .vendorNonsense, "The vendor's answers about this job lead nowhere.", detail: "\(account.name): more than four status calls")
    }

    /// A job that has not ended by its deadline is told as failed.
    func applyDeadline(_ progress: Progress, of id: String, _ claims: Claims, now: Timestamp) -> Progress {
        guard !progress.isFinal,
            shared.statusCache.age(of: id, created: claims.created, time: now, now: monotonic()) > config.limits.jobTimeout
        else { return progress }
        return .failed(Fault(.vendorExpired, "The job did not end within its time.", code: "expired"))
    }

    func view(of id: String, _ claims: Claims, _ snapshot: JobStatusCache.StatusSnapshot, for owner: Owner, now: Timestamp) -> JobView {
        var view = JobView(
            id: id, operation: claims.operation, progress: snapshot.progress, percent: snapshot.percent, created: claims.created,
            model: claims.requestedModel)
        view.resolvedModel = claims.vendor + "/" + claims.model
        view.echo = claims.echo
        let record = shared.jobMetadata[id]
        view.seconds = claims.seconds ?? record?.seconds
        view.size = claims.size ?? record?.size
        view.prompt = record?.prompt
        view.previous = record?.previous
        view.cost = record?.cost ?? claims.cost
        if let moved = record?.failoverNote { view.warnings = [Warning(param: "model", message: moved)] }
        view.completed = snapshot.ended == nil ? nil : record?.ended ?? snapshot.ended
        if case .done(let assets) = snapshot.progress {
            view.links = assets.contains { $0.kind == .video } ? [config.links.link(to: id, of: owner, now: now)] : []
            view.expires =
                assets.lazy.compactMap(\.expires).first ?? snapshot.ended.flatMap { ended in resultTTL(claims).map { ended + $0 } }
        }
        if !snapshot.progress.isFinal { view.pollAfter = pollAfter(claims) }
        return view
    }

    private func resultTTL(_ claims: Claims) -> Duration? { config.accounts[claims.account]?.card.resultTTL }

    /// How soon the state may have changed: the vendor's interval, within what SDKs accept (1 to 8 seconds).
    private func pollAfter(_ claims: Claims) -> Duration {
        min(max(config.accounts[claims.account]?.card.pollInterval ?? .seconds(2), .seconds(1)), .seconds(8))
    }

    private static func result<Value>(_ body: () async throws(Fault) -> Value) async -> Result<Value, Fault> {
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
