import Crypto
import Dialects
import Jobs
import Journal
import Seal
import Telemetry
import Wire

extension Gateway {
    /// Writes down that a paid call is about to leave.
    /// - Parameter claims: what is known of the job before the vendor has it.
    /// - Returns: the id of the intent, which is the job's own if it comes to nothing certain; nil without a journal.
    /// - Throws: `.storage` if the intent is not on the disk, `.budget` if the job does not fit. Then the call must not be made.
    func intend(
        _ claims: Claims, _ creation: Creation, _ submission: Submission, clue: Clue?, for caller: Caller, wish: Wish?
    ) async throws(Fault) -> String? {
        guard let journal = house.journal else { return nil }
        let sealed = studio.seal(claims, for: submission.owner, hasJournal: true)
        var entry = Entry(claims, id: sealed.id, owner: submission.owner)
        entry.found = sealed.kept
        entry.prompt = creation.job.prompt
        entry.previous = creation.previous
        entry.request = submission.requestID
        entry.reserved = claims.cost
        entry.key = submission.key
        entry.digest = submission.digest?.bytes
        entry.clue = clue?.text
        let fit: Fit
        do throws(StorageFailure) {
            fit = try await journal.intend(entry, within: ceiling(of: caller, now: claims.created), wish: wish)
        } catch {
            if error.kind == .constraint { throw Retries.underWay }
            throw error.fault
        }
        if case .tooDear(let spent) = fit { throw Gateway.overBudget(caller, spent: spent, cost: claims.cost, now: claims.created) }
        return sealed.id
    }

    /// Makes the job's id and writes down that the vendor has the job. Should that fail, the client gets an id that needs no journal.
    func accept(_ intent: String?, _ claims: Claims, for owner: Owner) async -> SealedID {
        guard let journal = house.journal, let intent else { return studio.seal(claims, for: owner, hasJournal: false) }
        let sealed = studio.seal(claims, for: owner, hasJournal: true)
        do throws(StorageFailure) {
            try await journal.accept(intent, as: sealed.id, found: sealed.kept, ticket: claims.ticket)
            return sealed
        } catch {
            house.telemetry.storageFailed("accepted: \(error)")
            guard sealed.kept != nil else { return sealed }
            let alone = studio.seal(claims, for: owner, hasJournal: false)
            journal.rename(sealed.id, to: alone.id)
            return alone
        }
    }

    /// Writes down how a paid call failed.
    /// - Parameters:
    ///   - sent: when the call began.
    ///   - reply: what the vendor said, if anything could be read.
    func settle(_ intent: String?, _ fault: Fault, _ claims: Claims, _ clue: Clue?, sent: Timestamp, _ reply: Reply?) async {
        if fault.sent == .maybe { house.telemetry.jobs.ambiguous(vendor: claims.vendor) }
        guard let journal = house.journal, let intent else { return }
        let now = clock()
        do throws(StorageFailure) {
            if fault.sent == .maybe {
                try await journal.doubt(intent, because: fault, trace: Gateway.trace(claims, clue, sent: sent, until: now, reply), at: now)
            } else {
                try await journal.withdraw(intent, because: fault, at: now)
            }
        } catch {
            house.telemetry.storageFailed("outcome: \(error)")
        }
    }

    /// Writes down a job's first end, gives back its slot and settles what it costs: as the vendor told it, else as was expected. What
    /// vendors failed to finish they do not charge for; of a job that never came to an end the cost is unknown.
    /// No caller waits for it.
    func end(_ id: String, _ claims: Claims, _ sight: Watch.Sight, at card: VendorCard) {
        guard let ended = sight.ended else { return }
        house.gates.free(id, now: monotonic())
        var fault: Fault?
        if case .failed(let failure) = sight.progress { fault = failure }
        let isFree = fault.map { costsNothing(id, $0, at: card) } ?? false
        let settled = house.records[id]?.told ?? (isFree ? .zero : nil)
        if let settled { house.records.change(id) { $0.cost = settled } }
        house.journal?.end(id, fault, settled: settled, at: ended)
        report(id, claims, fault, cost: settled ?? house.records[id]?.cost ?? claims.cost, at: ended)
    }

    /// Logs and counts an end.
    private func report(_ id: String, _ claims: Claims, _ fault: Fault?, cost: Money?, at ended: Timestamp) {
        let owner = house.records[id]?.owner
        house.telemetry.ended(
            RequestLine.Job(id: id, vendor: claims.vendor, model: claims.model, cost: cost?.dollars), account: claims.account, owner: owner,
            outcome: fault.map(\.outcome) ?? "completed", after: ended - claims.created)
        guard let cost, let owner else { return }
        house.telemetry.jobs.settled(dollars: cost.dollars, key: owner, vendor: claims.vendor)
    }

    /// Whether a job that ended so is known to cost nothing. Of a job that was cancelled that is known only where the vendor says so.
    private func costsNothing(_ id: String, _ fault: Fault, at card: VendorCard) -> Bool {
        switch fault.kind {
        case .vendorExpired: false
        case .vendorCancelled: card.cancelIsFree != nil
        default: fault.sent != .maybe && (card.cancelIsFree != nil || house.records[id]?.isCancelRequested != true)
        }
    }

    /// What is known of a job beside its id: from memory, else from the journal, once. Nil if there is nothing.
    @discardableResult
    func recall(_ id: String) async -> Records.Record? {
        if let known = house.records[id] { return known }
        guard let journal = house.journal else { return nil }
        do throws(StorageFailure) {
            let entry = try await journal.entry(id)
            if let entry, [.failed, .cancelled, .ambiguous].contains(entry.state) { house.watch.remember(id, Watch.Sight(entry)) }
            return house.records.keep(id, entry.map(Records.Record.init) ?? Records.Record())
        } catch {
            // Status and content need the id alone.
            return nil
        }
    }

    static let ambiguous = Fault(
        .createAmbiguous, "The vendor may have accepted the job, but its answer was lost. Nothing is sent again by itself.",
        code: "create_ambiguous", sent: .maybe)

    /// Where a person should look at the vendor.
    static func trace(
        _ claims: Claims, _ clue: Clue? = nil, sent: Timestamp, until now: Timestamp, _ reply: Reply?
    ) -> String {
        var parts = ["called between \(sent.iso8601) and \(now.iso8601)"]
        if let clue { parts.append("told to the vendor: " + clue.fields.joined(separator: " ")) }
        if let reply {
            parts.append("answered with HTTP \(reply.status)")
            parts += reply.headers.fields.filter { isTracing($0.name) }.map { "\($0.name): \($0.value.prefix(200))" }
            parts += reply.json.map { ids(in: $0) } ?? []
        }
        if !claims.ticket.fields.isEmpty { parts.append("ticket: " + claims.ticket.fields.joined(separator: " ")) }
        return parts.joined(separator: "; ")
    }

    /// The members of an answer that may be the vendor's name for the job: `id: …`, `task_id: …`, at the top and one level below.
    private static func ids(in json: JSON, isNested: Bool = false) -> [String] {
        var found: [String] = []
        for (name, value) in json.members {
            let word = name.lowercased()
            if ["id", "name"].contains(word) || word.hasSuffix("_id") || name.hasSuffix("Id") {
                if let text = value.string ?? value.numberText, !text.isEmpty { found.append("\(name): \(text.prefix(2000))") }
            } else if !isNested {
                found += ids(in: value, isNested: true)
            }
        }
        return Array(found.prefix(8))
    }

    /// `x-request-id`, `x-amzn-requestid`, `x-tt-logid`, `cf-ray`, …
    private static func isTracing(_ name: String) -> Bool {
        let plain = name.filter { $0 != "-" }
        return ["requestid", "traceid", "logid", "cfray", "correlationid"].contains { plain.contains($0) }
    }
}

extension Entry {
    /// What an id says, as a row.
    init(_ claims: Claims, id: String, owner: Owner) {
        self.init(
            owner: owner.name, id: id, created: claims.created, account: claims.account, vendor: claims.vendor, model: claims.model,
            asked: claims.asked, dialect: claims.dialect)
        operation = claims.operation.word
        seconds = claims.seconds
        size = claims.size
    }
}

extension Watch.Sight {
    /// What the journal knows of a job that nobody has asked about since the start.
    init(_ entry: Entry) {
        let ended = entry.ended ?? entry.created
        switch entry.state {
        case .failed, .cancelled:
            self.init(progress: .failed(entry.fault ?? Fault(.vendorFailed, "The job failed.")), percent: 0, learnt: .longAgo, ended: ended)
        case .ambiguous:
            self.init(progress: .failed(entry.fault ?? Gateway.ambiguous), percent: 0, learnt: .longAgo, ended: ended)
        case .done:
            self.init(progress: .done([]), percent: 100, learnt: .longAgo, ended: ended)
        case .intended, .accepted, .neverSent, .deleted:
            self.init(progress: .running(percent: nil), percent: 0, learnt: .longAgo, ended: nil)
        }
    }
}

extension Fault {
    /// How a job ended with it, for the metrics.
    fileprivate var outcome: String {
        if sent == .maybe { return "ambiguous" }
        switch kind {
        case .moderated: return "moderated"
        case .vendorCancelled: return "cancelled"
        case .vendorExpired: return "expired"
        default: return "failed"
        }
    }
}
