import Jobs
import Routing
import Seal
import Synchronization
import Telemetry
import Wire

/// The ways into all accounts, shared by all loops, and the creates that wait before them.
///
/// Only accounts with bounds of their own are waited for. A waiting create is let in at whichever account of its plan has room first;
/// owners take turns at each account.
final class Gates: Sendable {
    /// What lets one job in at one account: to be held, or given back.
    struct Pass: Sendable {
        let account: String
        /// The try among the applicant's.
        let place: Int
        /// Why the tries before it were passed over.
        var skipped: [SkippedTry] = []
        fileprivate let holder: String
        fileprivate let attempt: Gate.Attempt
    }

    /// A try that was not asked, because its account has no room or something there is closed.
    struct SkippedTry: Sendable {
        let place: Int
        let cause: Fault.Kind
    }

    struct Applicant: Sendable {
        /// In the order of the plan.
        let accounts: [(name: String, model: String, bounds: Gate.Bounds)]
        let owner: Owner
        /// A job that has not ended by then gives back its slot.
        let until: Instant
        /// Until when it waits; nil does not wait.
        let deadline: Instant?
    }

    enum Entry {
        case open(Pass)
        case wait(Int)
        /// Nothing is open, and there is nothing to wait for.
        case shut(Refusal)
    }

    enum Outcome {
        case open(Pass)
        case late(Refusal)
        case left
    }

    struct Refusal: Sendable {
        /// Whether there is an account that is well and only has no room.
        var isFull: Bool
        /// Whether one of them may have room before the applicant's deadline.
        var isWorthWaiting = false
        /// After what time it may be another matter; nil if nobody knows.
        var wait: Duration?
        /// Why the try was refused that may be asked first, or, where waiting helps none of them, the first of the plan.
        var cause: Fault.Kind?
        var skipped: [SkippedTry] = []
    }

    /// A job that holds a slot and can be asked about.
    struct Held: Sendable {
        let id: String
        let owner: Owner
        fileprivate let account: String
        fileprivate let since: Instant
    }

    private let table: Mutex<Table>

    init(limits: Limits) { table = Mutex(Table(most: limits.queuedCreates)) }

    func enter(_ applicant: Applicant, now: Instant) -> Entry {
        var entry = Entry.shut(Refusal(isFull: true))
        change { entry = $0.enter(applicant, now) }
        return entry
    }

    /// Waits in the queue.
    func wait(_ number: Int) async -> Outcome {
        await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            let outcome = table.withLock { $0.attach(continuation, to: number) }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    /// The client of a waiting create is gone. Nothing happens where it waits no more.
    func leave(_ number: Int) {
        change { table in
            table.queue.remove(number)
            table.end(number, .left)
        }
    }

    /// The job was accepted: its slot is its own until it ends.
    func hold(_ pass: Pass, as id: String, of owner: Owner, until: Instant, now: Instant) {
        change { table in
            table.gates[pass.account]?.hold(id, until: until, inPlaceOf: pass.holder)
            table.gates[pass.account]?.note(.worked, on: pass.attempt, now: now)
            if table.gates[pass.account]?.bounds.slots != nil {
                table.held[id] = Held(id: id, owner: owner, account: pass.account, since: now)
            }
            table.serve(pass.account, now)
        }
    }

    /// The job came to nothing at this account.
    func giveBack(_ pass: Pass, because fault: Fault, now: Instant) {
        change { table in
            table.gates[pass.account]?.free(pass.holder)
            table.gates[pass.account]?.note(Verdict(fault), on: pass.attempt, now: now)
            table.serve(pass.account, now)
        }
    }

    /// The job has ended.
    func free(_ id: String, now: Instant) {
        change { table in
            guard let held = table.held.removeValue(forKey: id) else { return }
            table.gates[held.account]?.free(id)
            table.serve(held.account, now)
        }
    }

    /// A job that an earlier run of the program left at work.
    func resume(_ id: String, of owner: Owner, on account: String, bounds: Gate.Bounds, since: Instant, until: Instant) {
        table.withLock { table in
            table.gates[account, default: Gate()].adopt(bounds)
            table.gates[account]?.hold(id, until: until)
            table.held[id] = Held(id: id, owner: owner, account: account, since: since)
        }
    }

    /// Of the accounts that were asked for something since the start.
    func report() -> [AccountFigures] { table.withLock { $0.report() } }

    // MARK: What time changes

    /// Whether the caller is to call `tick` from now on, until that returns nil: one does so for all while anybody waits.
    func mustTick() -> Bool {
        table.withLock { table in
            guard !table.isTicked, !table.waiters.isEmpty else { return false }
            table.isTicked = true
            return true
        }
    }

    /// Lets in whom time has made room for, and refuses who has waited too long or would wait in vain.
    /// - Returns: the jobs that may have ended without anybody having asked, each account's now and then; nil once nobody waits.
    func tick(now: Instant) -> [[Held]]? {
        var suspects: [[Held]]?
        change { table in
            for account in table.queue.accounts { table.serve(account, now) }
            table.review(now)
            table.isTicked = !table.waiters.isEmpty
            suspects = table.isTicked ? table.suspects(now) : nil
        }
        return suspects
    }

    private func change(_ body: (inout Table) -> Void) {
        let told = table.withLock { table in
            body(&table)
            defer { table.told = [] }
            return table.told
        }
        for (continuation, outcome) in told { continuation.resume(returning: outcome) }
    }
}

extension Gates {
    fileprivate struct Waiter {
        let applicant: Applicant
        var refusal: Refusal
        var continuation: CheckedContinuation<Outcome, Never>?
    }

    fileprivate struct Table {
        var gates: [String: Gate] = [:]
        var held: [String: Held] = [:]
        var waiters: [Int: Waiter] = [:]
        var queue: AdmissionQueue
        /// Of those that were told before they waited.
        var outcomes: [Int: Outcome] = [:]
        var told: [(CheckedContinuation<Outcome, Never>, Outcome)] = []
        var isTicked = false
        private var swept: [String: Instant] = [:]
        private var reviewed: Instant?
        private var next = 0

        init(most: Int) { queue = AdmissionQueue(capacity: most) }

        mutating func enter(_ applicant: Applicant, _ now: Instant) -> Entry {
            next += 1
            for (name, _, bounds) in applicant.accounts { gates[name, default: Gate()].adopt(bounds) }
            let (pass, refusal) = admit(applicant, number: next, now, behindOthers: true)
            if let pass { return .open(pass) }
            guard applicant.deadline != nil, refusal.isFull, refusal.isWorthWaiting else { return .shut(refusal) }
            let (isWaiting, displaced) = queue.insert(next, of: applicant.owner, at: applicant.accounts.map(\.name))
            if let displaced, let waiter = waiters[displaced] { end(displaced, .late(waiter.refusal)) }
            guard isWaiting else { return .shut(refusal) }
            waiters[next] = Waiter(applicant: applicant, refusal: refusal)
            return .wait(next)
        }

        /// - Parameter behindOthers: an account for which somebody waits is not open to newcomers.
        private mutating func admit(
            _ applicant: Applicant, number: Int, _ now: Instant, behindOthers: Bool
        ) -> (pass: Pass?, refusal: Refusal) {
            var refusal = Refusal(isFull: false)
            for (place, (name, model, bounds)) in applicant.accounts.enumerated() {
                if behindOthers, bounds.queues, queue.count(at: name) > 0 {
                    (refusal.isFull, refusal.isWorthWaiting) = (true, true)
                    refusal.note(nil, .vendorBusy, at: place)
                    continue
                }
                let holder = "#\(number)"
                let attempt = Gate.Attempt(model: model, owner: applicant.owner.name)
                switch gates[name, default: Gate()].admit(holder, for: attempt, until: applicant.until, now: now) {
                case .open:
                    return (Pass(account: name, place: place, skipped: refusal.skipped, holder: holder, attempt: attempt), refusal)
                case .full(let wait):
                    if bounds.queues { refusal.isFull(wait, now, applicant.deadline) }
                    refusal.note(wait, .vendorBusy, at: place)
                case .paused(let wait, let advice, let cause):
                    if bounds.queues { refusal.isFull(wait, now, applicant.deadline) }
                    refusal.note(advice, cause, at: place)
                case .shut(let wait, let cause):
                    refusal.note(wait, cause, at: place)
                }
            }
            return (nil, refusal)
        }

        /// Lets in all for whom there is room at the account.
        mutating func serve(_ account: String, _ now: Instant) {
            var turns = 0
            while let number = queue.first(at: account, turnsLater: turns) {
                if admitWaiting(number, now) { continue }
                guard gates[account]?.isFull(now: now) == false else { return }
                // A breaker of its own, or of its model, holds that one back: others may pass.
                turns += 1
            }
        }

        /// Once a second: lets in those that wait behind a create that only a breaker of its own holds back, and refuses who has waited too
        /// long or would wait in vain.
        mutating func review(_ now: Instant) {
            if let reviewed, now - reviewed < Gates.reviewInterval, !waiters.isEmpty { return }
            reviewed = now
            for number in waiters.keys.sorted() {
                guard !admitWaiting(number, now), let waiter = waiters[number] else { continue }
                guard now >= waiter.applicant.deadline ?? now || !waiter.refusal.isWorthWaiting else { continue }
                queue.remove(number)
                end(number, .late(waiter.refusal))
            }
        }

        private mutating func admitWaiting(_ number: Int, _ now: Instant) -> Bool {
            guard let waiter = waiters[number] else { return false }
            let (pass, refusal) = admit(waiter.applicant, number: number, now, behindOthers: false)
            waiters[number]?.refusal = refusal
            guard let pass else { return false }
            queue.admit(number, at: pass.account)
            end(number, .open(pass))
            return true
        }

        mutating func end(_ number: Int, _ outcome: Outcome) {
            guard let waiter = waiters.removeValue(forKey: number) else { return }
            if let continuation = waiter.continuation { told.append((continuation, outcome)) } else { outcomes[number] = outcome }
        }

        /// - Returns: the outcome, if there is one already.
        mutating func attach(_ continuation: CheckedContinuation<Outcome, Never>, to number: Int) -> Outcome? {
            if let outcome = outcomes.removeValue(forKey: number) { return outcome }
            waiters[number]?.continuation = continuation
            return nil
        }

        /// The jobs of full accounts that somebody waits for, oldest first; the same account's no more often than `sweepEvery`.
        mutating func suspects(_ now: Instant) -> [[Held]] {
            queue.accounts.compactMap { name in
                guard let gate = gates[name], gate.taken >= gate.bounds.slots ?? .max,
                    swept[name].map({ now - $0 >= Gates.sweepEvery }) ?? true
                else { return nil }
                swept[name] = now
                return held.values.filter { $0.account == name }.sorted { $0.since < $1.since }
            }
        }

        func report() -> [AccountFigures] {
            gates.map { name, gate in
                AccountFigures(
                    account: name, state: gate.breaker.state.word, trips: gate.breaker.tripsInAll, jobs: gate.taken,
                    slots: gate.bounds.slots, waiting: queue.count(at: name))
            }
        }
    }

    private static let sweepEvery: Duration = .seconds(2)
    private static let reviewInterval: Duration = .seconds(1)
}

extension Gates.Refusal {
    /// The account is well and has no room.
    fileprivate mutating func isFull(_ wait: Duration?, _ now: Instant, _ deadline: Instant?) {
        isFull = true
        if now + (wait ?? .zero) < deadline ?? now { isWorthWaiting = true }
    }

    fileprivate mutating func note(_ wait: Duration?, _ cause: Fault.Kind, at place: Int) {
        skipped.append(Gates.SkippedTry(place: place, cause: cause))
        let isSooner = if let wait { self.wait.map { wait < $0 } ?? true } else { false }
        let isTaken =
            switch (self.cause?.passesByItself, cause.passesByItself) {
            case (nil, _), (false, true): true
            case (true, true): isSooner
            case (_, false): false
            }
        if isTaken { (self.cause, self.wait) = (cause, wait) }
    }
}
