import Jobs
import Routing
import Seal
import Synchronization
import Telemetry
import Wire

/// Admits creates to accounts and queues those that must wait. Shared by all loops.
///
/// Creates wait only for accounts that have limits of their own. A waiting create gets the first account of its plan that has a free slot.
/// At each account the owners take turns.
package final class AdmissionController: Sendable {
    /// Permission for one job at one account. The caller must `commit` or `release` it.
    package struct Permit: Sendable {
        package let account: String
        /// The index of the try in the request's plan.
        package let tryIndex: Int
        /// The earlier tries and why each was skipped.
        package var skipped: [SkippedTry] = []
        /// Names the request as a holder of a slot, until the job has an id.
        fileprivate var holder: String { Permit.holder(number) }
        fileprivate static func holder(_ number: Int) -> String { "#\(number)" }
        fileprivate let number: Int
        fileprivate let attempt: AccountLimiter.Attempt
    }

    /// A try that was skipped because its account is full, or its account or model is unavailable.
    package struct SkippedTry: Sendable {
        package let tryIndex: Int
        package let cause: Fault.Kind
    }

    package struct AdmissionRequest: Sendable {
        /// In the order of the plan.
        package let accounts: [(name: String, model: String, bounds: AccountLimiter.Bounds)]
        package let owner: Owner
        /// The job's slot is released at this time even if the job has not ended.
        package let until: Instant
        /// The end of the wait; nil to not wait.
        package let deadline: Instant?

        package init(
            accounts: [(name: String, model: String, bounds: AccountLimiter.Bounds)], owner: Owner, until: Instant, deadline: Instant?
        ) {
            self.accounts = accounts
            self.owner = owner
            self.until = until
            self.deadline = deadline
        }
    }

    package enum Admission {
        case permitted(Permit)
        case queued(Int)
        /// No account admits the job, and waiting would not help.
        case denied(AdmissionDenial)
    }

    package enum Outcome {
        case permitted(Permit)
        case expired(AdmissionDenial)
        case disconnected
    }

    package struct AdmissionDenial: Sendable {
        /// Whether some account is healthy and only full.
        package var isFull: Bool
        /// Whether one of them may have a free slot before the deadline.
        var isWorthWaiting = false
        /// When a retry may succeed; nil if unknown.
        package var wait: Duration?
        /// The cause at the try that may be open again first or, if waiting helps none, at the first try of the plan.
        package var cause: Fault.Kind?
        package var skipped: [SkippedTry] = []
    }

    /// A job that holds a slot and can be polled.
    package struct RunningJob: Sendable {
        package let id: String
        package let owner: Owner
        fileprivate let account: String
        fileprivate let since: Instant
    }

    private let table: Mutex<Table>

    package init(limits: Limits) { table = Mutex(Table(capacity: limits.maxQueuedCreates)) }

    package func requestPermit(_ admissionRequest: AdmissionRequest, now: Instant) -> Admission {
        var entry = Admission.denied(AdmissionDenial(isFull: true))
        withTable { entry = $0.requestPermit(admissionRequest, now) }
        return entry
    }

    /// Waits in the queue.
    package func wait(_ number: Int) async -> Outcome {
        await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            let outcome = table.withLock { $0.attach(continuation, to: number) }
            if let outcome { continuation.resume(returning: outcome) }
        }
    }

    /// Removes a waiting create whose client has disconnected. Does nothing if it no longer waits.
    package func withdraw(_ number: Int) {
        withTable { table in
            table.queue.remove(number)
            table.finish(number, .disconnected)
        }
    }

    /// The vendor accepted the job: it keeps the slot until it ends.
    package func commit(_ permit: Permit, as id: String, of owner: Owner, until: Instant, now: Instant) {
        withTable { table in
            guard let place = table.limiters.index(forKey: permit.account), !table.limiters.values[place].isAtRest else { return }
            table.limiters.values[place].holdSlot(id, until: until, inPlaceOf: permit.holder)
            table.limiters.values[place].record(.succeeded, on: permit.attempt, now: now)
            if table.limiters.values[place].bounds.slots != nil {
                table.runningJobs[id] = RunningJob(id: id, owner: owner, account: permit.account, since: now)
            }
            table.admitWaiting(permit.account, now)
        }
    }

    /// The account did not accept the job.
    package func release(_ permit: Permit, because fault: Fault, now: Instant) {
        withTable { table in
            table.limiters[permit.account]?.releaseSlot(permit.holder)
            table.limiters[permit.account]?.record(Verdict(fault), on: permit.attempt, now: now)
            table.admitWaiting(permit.account, now)
        }
    }

    /// Releases the slot of a job that has ended.
    package func releaseJob(_ id: String, now: Instant) {
        withTable { table in
            guard let held = table.runningJobs.removeValue(forKey: id) else { return }
            table.limiters[held.account]?.releaseSlot(id)
            table.admitWaiting(held.account, now)
        }
    }

    /// Restores the slot of a job that was running before a restart.
    package func resume(_ id: String, of owner: Owner, on account: String, bounds: AccountLimiter.Bounds, since: Instant, until: Instant) {
        table.withLock { table in
            table.limiters[account, default: AccountLimiter()].apply(bounds)
            table.limiters[account]?.holdSlot(id, until: until)
            table.runningJobs[id] = RunningJob(id: id, owner: owner, account: account, since: since)
        }
    }

    /// Statistics of the accounts that were used since the start.
    package func report() -> [AccountStats] { table.withLock { $0.report() } }

    // MARK: What time changes

    /// Whether the caller must call `tick` from now on until that returns nil. One caller does so for all while any create waits.
    package func claimTicking() -> Bool {
        table.withLock { table in
            guard !table.isTicked, !table.waiters.isEmpty else { return false }
            table.isTicked = true
            return true
        }
    }

    /// Admits creates for which slots have become free, and refuses those whose deadline has passed or whose wait has become pointless.
    /// - Returns: for each full account, at intervals, the jobs that may have ended unnoticed; nil once no create waits.
    package func tick(now: Instant) -> [[RunningJob]]? {
        var suspects: [[RunningJob]]?
        withTable { table in
            for account in table.queue.accounts { table.admitWaiting(account, now) }
            table.review(now)
            table.isTicked = !table.waiters.isEmpty
            suspects = table.isTicked ? table.suspects(now) : nil
        }
        return suspects
    }

    private func withTable(_ body: (inout Table) -> Void) {
        let resumptions = table.withLock { table in
            body(&table)
            return table.takeResumptions()
        }
        for (continuation, outcome) in resumptions { continuation.resume(returning: outcome) }
    }
}

extension AdmissionController {
    fileprivate struct Waiter {
        let admissionRequest: AdmissionRequest
        var denial: AdmissionDenial
        var continuation: CheckedContinuation<Outcome, Never>?
    }

    fileprivate struct Table {
        var limiters: [String: AccountLimiter] = [:]
        var runningJobs: [String: RunningJob] = [:]
        var waiters: [Int: Waiter] = [:]
        var queue: AdmissionQueue
        /// Outcomes of creates that were decided before they called `wait`.
        var outcomes: [Int: Outcome] = [:]
        var resumptions: [(CheckedContinuation<Outcome, Never>, Outcome)] = []
        var isTicked = false
        private var lastSweeps: [String: Instant] = [:]
        private var lastReview: Instant?
        private var next = 0

        init(capacity: Int) { queue = AdmissionQueue(capacity: capacity) }

        mutating func requestPermit(_ admissionRequest: AdmissionRequest, _ now: Instant) -> Admission {
            next += 1
            var isFirstAtRest = false
            for (tryIndex, (name, _, bounds)) in admissionRequest.accounts.enumerated() {
                let isAtRest = apply(bounds, to: name)
                if tryIndex == 0 { isFirstAtRest = isAtRest }
            }
            if isFirstAtRest, let (name, model, _) = admissionRequest.accounts.first {
                let attempt = AccountLimiter.Attempt(model: model, owner: admissionRequest.owner.name)
                return .permitted(Permit(account: name, tryIndex: 0, number: next, attempt: attempt))
            }
            let (permit, denial) = admit(admissionRequest, number: next, now, behindOthers: true)
            if let permit { return .permitted(permit) }
            guard admissionRequest.deadline != nil, denial.isFull, denial.isWorthWaiting else { return .denied(denial) }
            let (isWaiting, displaced) = queue.insert(next, of: admissionRequest.owner, at: admissionRequest.accounts.map(\.name))
            if let displaced, let waiter = waiters[displaced] { finish(displaced, .expired(waiter.denial)) }
            guard isWaiting else { return .denied(denial) }
            waiters[next] = Waiter(admissionRequest: admissionRequest, denial: denial)
            return .queued(next)
        }

        /// - Returns: whether the account is at rest under these bounds (`AccountLimiter.isAtRest`).
        private mutating func apply(_ bounds: AccountLimiter.Bounds, to name: String) -> Bool {
            guard let place = limiters.index(forKey: name) else {
                var limiter = AccountLimiter()
                limiter.apply(bounds)
                limiters[name] = limiter
                return limiter.isAtRest
            }
            if limiters.values[place].bounds != bounds { limiters.values[place].apply(bounds) }
            return limiters.values[place].isAtRest
        }

        mutating func takeResumptions() -> [(CheckedContinuation<Outcome, Never>, Outcome)] {
            guard !resumptions.isEmpty else { return [] }
            defer { resumptions = [] }
            return resumptions
        }

        /// - Parameter behindOthers: whether an account with waiting creates is closed to this one.
        private mutating func admit(
            _ admissionRequest: AdmissionRequest, number: Int, _ now: Instant, behindOthers: Bool
        ) -> (permit: Permit?, denial: AdmissionDenial) {
            var denial = AdmissionDenial(isFull: false)
            for (tryIndex, (name, model, bounds)) in admissionRequest.accounts.enumerated() {
                if behindOthers, bounds.allowsQueueing, queue.count(at: name) > 0 {
                    (denial.isFull, denial.isWorthWaiting) = (true, true)
                    denial.addCause(nil, .vendorBusy, at: tryIndex)
                    continue
                }
                let attempt = AccountLimiter.Attempt(model: model, owner: admissionRequest.owner.name)
                switch limiters[name, default: AccountLimiter()].admit(
                    Permit.holder(number), for: attempt, until: admissionRequest.until, now: now)
                {
                case .admitted:
                    return (Permit(account: name, tryIndex: tryIndex, skipped: denial.skipped, number: number, attempt: attempt), denial)
                case .full(let wait):
                    if bounds.allowsQueueing { denial.noteFull(wait, now: now, deadline: admissionRequest.deadline) }
                    denial.addCause(wait, .vendorBusy, at: tryIndex)
                case .paused(let wait, let advice, let cause):
                    if bounds.allowsQueueing { denial.noteFull(wait, now: now, deadline: admissionRequest.deadline) }
                    denial.addCause(advice, cause, at: tryIndex)
                case .unavailable(let wait, let cause):
                    denial.addCause(wait, cause, at: tryIndex)
                }
            }
            return (nil, denial)
        }

        /// Admits all waiting creates for which the account has free slots.
        mutating func admitWaiting(_ account: String, _ now: Instant) {
            guard !waiters.isEmpty else { return }
            var turns = 0
            while let number = queue.first(at: account, turnsLater: turns) {
                if admitWaiter(number, now) { continue }
                guard limiters[account]?.isFull(now: now) == false else { return }
                // A breaker for this owner or model holds back only this create: later ones may pass.
                turns += 1
            }
        }

        /// Runs once a second: admits creates behind one that only its own breaker holds back, and refuses those whose deadline has passed
        /// or whose wait has become pointless.
        mutating func review(_ now: Instant) {
            if let lastReview, now - lastReview < AdmissionController.reviewInterval, !waiters.isEmpty { return }
            lastReview = now
            for number in waiters.keys.sorted() {
                guard !admitWaiter(number, now), let waiter = waiters[number] else { continue }
                guard now >= waiter.admissionRequest.deadline ?? now || !waiter.denial.isWorthWaiting else { continue }
                queue.remove(number)
                finish(number, .expired(waiter.denial))
            }
        }

        private mutating func admitWaiter(_ number: Int, _ now: Instant) -> Bool {
            guard let waiter = waiters[number] else { return false }
            let (permit, denial) = admit(waiter.admissionRequest, number: number, now, behindOthers: false)
            waiters[number]?.denial = denial
            guard let permit else { return false }
            queue.admit(number, at: permit.account)
            finish(number, .permitted(permit))
            return true
        }

        mutating func finish(_ number: Int, _ outcome: Outcome) {
            guard let waiter = waiters.removeValue(forKey: number) else { return }
            if let continuation = waiter.continuation { resumptions.append((continuation, outcome)) } else { outcomes[number] = outcome }
        }

        /// - Returns: the outcome if it is already known.
        mutating func attach(_ continuation: CheckedContinuation<Outcome, Never>, to number: Int) -> Outcome? {
            if let outcome = outcomes.removeValue(forKey: number) { return outcome }
            waiters[number]?.continuation = continuation
            return nil
        }

        /// The jobs of full accounts that creates wait for, oldest first; each account at most once per `sweepInterval`.
        mutating func suspects(_ now: Instant) -> [[RunningJob]] {
            queue.accounts.compactMap { name in
                guard let limiter = limiters[name], limiter.usedSlots >= limiter.bounds.slots ?? .max,
                    lastSweeps[name].map({ now - $0 >= AdmissionController.sweepInterval }) ?? true
                else { return nil }
                lastSweeps[name] = now
                return runningJobs.values.filter { $0.account == name }.sorted { $0.since < $1.since }
            }
        }

        func report() -> [AccountStats] {
            limiters.map { name, limiter in
                AccountStats(
                    account: name, state: limiter.breaker.state.name, trips: limiter.breaker.totalTrips, jobs: limiter.usedSlots,
                    slots: limiter.bounds.slots, waiting: queue.count(at: name))
            }
        }
    }

    private static let sweepInterval: Duration = .seconds(2)
    private static let reviewInterval: Duration = .seconds(1)
}

extension AdmissionController.AdmissionDenial {
    /// Notes that a healthy account is full.
    fileprivate mutating func noteFull(_ wait: Duration?, now: Instant, deadline: Instant?) {
        isFull = true
        if now + (wait ?? .zero) < deadline ?? now { isWorthWaiting = true }
    }

    fileprivate mutating func addCause(_ wait: Duration?, _ cause: Fault.Kind, at tryIndex: Int) {
        skipped.append(AdmissionController.SkippedTry(tryIndex: tryIndex, cause: cause))
        let isSooner = if let wait { self.wait.map { wait < $0 } ?? true } else { false }
        let isTaken =
            switch (self.cause?.isTransient, cause.isTransient) {
            case (nil, _), (false, true): true
            case (true, true): isSooner
            case (_, false): false
            }
        if isTaken { (self.cause, self.wait) = (cause, wait) }
    }
}
