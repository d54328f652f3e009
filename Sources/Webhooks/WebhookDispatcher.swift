import Client
import Crypto
import Jobs
import Journal
import Net
import Synchronization
import Telemetry
import Wire

/// The request for a job's own callback, which depends on the API that the job came from.
package enum CallbackAction: Sendable {
    case send(WebhookRequest)
    /// The receiver does not want this event, or the job is gone: nothing is sent.
    case skip
    /// It cannot be made now: counts as a failed attempt.
    case unavailable(reason: String)
}

/// Delivers events from the journal's outbox to their receivers, on one loop, at least once each and under the same id.
package final class WebhookDispatcher {
    private let webhooks: SharedWebhooks
    private let telemetry: Telemetry
    private let clock: @Sendable () -> Timestamp
    private let makeClient: (SharedWebhooks.Settings) -> Client
    /// Makes the request for a row with a callback.
    private let callback: (DeliveryRecord, Bytes) async -> CallbackAction
    private var schedule: DeliverySchedule
    private var sender: (revision: Int, sender: WebhookSender)?
    private var wakeUp = Promise<Void>()
    private var idle = Promise<Void>()
    private var isClosing = false
    /// The attempts of events whose outcome is not on the disk yet: such an event must not be read as due.
    private var unwritten: [Int64: Int] = [:]

    /// Call it on the loop on which it runs.
    /// - Parameters:
    ///   - makeClient: makes the client of the settings, from `WebhookSender.clientLimits`.
    ///   - callback: makes the request for a job's own callback from the content of `JobCallback`, opened.
    package init(
        _ webhooks: SharedWebhooks, telemetry: Telemetry, clock: @escaping @Sendable () -> Timestamp,
        makeClient: @escaping (SharedWebhooks.Settings) -> Client,
        callback: @escaping (DeliveryRecord, Bytes) async -> CallbackAction = { _, _ in
            .unavailable(reason: "this program makes no such callbacks")
        }
    ) {
        self.webhooks = webhooks
        self.telemetry = telemetry
        self.clock = clock
        self.makeClient = makeClient
        self.callback = callback
        schedule = DeliverySchedule(limits: webhooks.settings.limits, now: clock())
    }

    private var journal: Journal { webhooks.journal }

    /// Delivers events until `close`.
    package func run() async {
        guard let loop = Loop.current else { return }
        let own = Confined(self)
        webhooks.setDispatcher(own)
        let flag = WakeFlag()
        journal.onNewDeliveries {
            guard flag.set() else { return }
            loop.spawn { _ in
                flag.clear()
                own.open().wake()
            }
        }
        Loop.fork { await self.followJournal() }
        while !isClosing {
            wakeUp = Promise()
            let now = clock()
            schedule.limits = webhooks.settings.limits
            for target in journal.takeChangedTargets() { schedule.add(target, due: now, now: now) }
            for grant in schedule.takeReady(now: now) { Loop.fork { await self.deliver(grant) } }
            _ = await wakeUp.value(by: .now + (schedule.hasSleepers ? WebhookDispatcher.tick : WebhookDispatcher.idleTick))
        }
        journal.onNewDeliveries(nil)
    }

    /// Starts no further attempt, and waits until those that run have ended or the time is over. What is pending is delivered by the next
    /// run.
    package func close(within time: Duration) async {
        isClosing = true
        wake()
        guard schedule.activeCalls > 0 else { return }
        _ = await idle.value(by: .now + time)
    }

    /// Sends one request outside of the outbox.
    func send(_ request: WebhookRequest, owner: String) async -> DeliveryAttempt {
        let (settings, revision) = webhooks.currentSettings
        let sender: WebhookSender
        if let current = self.sender, current.revision == revision {
            sender = current.sender
        } else {
            sender = WebhookSender(client: makeClient(settings), limits: settings.limits, clock: clock)
            self.sender = (revision, sender)
        }
        return await sender.send(request, owner: owner, proxy: settings.proxy(request.url))
    }

    private func wake() { wakeUp.fulfil(()) }

    // MARK: The journal

    /// Takes over the events of programs that have ended, and those that are sent again; reads the figures for the metrics.
    private func followJournal() async {
        guard let loop = Loop.current else { return }
        var isFirst = true
        while !isClosing {
            let adopted = (try? await journal.adoptDeliveries()) ?? 0
            if isFirst || adopted > 0 { isFirst = await !readTargets() }
            let waiting = unwritten
            if let stats = try? await journal.deliveryStats() {
                webhooks.setStats(stats)
                // Whatever was deferred before this read is written before it.
                if journal.failure == nil {
                    for (number, attempts) in waiting where unwritten[number] == attempts { unwritten[number] = nil }
                }
            }
            await loop.sleep(for: WebhookDispatcher.journalInterval)
        }
    }

    /// - Returns: false if the journal could not be read.
    private func readTargets() async -> Bool {
        var last: String?
        while !isClosing {
            guard let page = try? await journal.pendingTargets(after: last, limit: WebhookDispatcher.pageSize) else { return false }
            let now = clock()
            for (target, due) in page { schedule.add(target, due: due, now: now) }
            guard page.count == WebhookDispatcher.pageSize else { break }
            last = page.last?.target
        }
        wake()
        return true
    }

    // MARK: Deliveries

    /// Sends the first due events of one receiver side by side, and gives the turn to the next receiver.
    private func deliver(_ grant: DeliverySchedule.Grant) async {
        let now = clock()
        guard
            let rows = try? await journal.pendingDeliveries(
                to: grant.target, limit: grant.slots + min(unwritten.count, WebhookDispatcher.pageSize))
        else {
            return finish(grant, .unused, next: now + WebhookDispatcher.faultDelay)
        }
        let waiting = rows.filter { unwritten[$0.number] != $0.attempts }
        let due = Array(waiting.prefix { $0.due <= now }.prefix(grant.slots))
        guard let first = due.first else {
            // Only events whose outcome is not written are left: the disk is full, or the like.
            let next = waiting.first?.due ?? (rows.isEmpty ? nil : now + WebhookDispatcher.faultDelay)
            return finish(grant, .unused, next: next)
        }
        guard let receiver = await receiver(for: first) else { return finish(grant, .unused, next: nil) }
        let batch = Batch(due.count)
        for row in due {
            Loop.fork {
                let decision = await self.deliver(row, to: receiver)
                batch.note(decision)
            }
        }
        _ = await batch.ended.value()
        // There may be more than were read.
        finish(grant, batch.outcome, next: clock())
    }

    private func finish(_ grant: DeliverySchedule.Grant, _ outcome: DeliverySchedule.Outcome, next: Timestamp?) {
        schedule.finish(grant, outcome, next: next, now: clock())
        if schedule.activeCalls == 0 {
            idle.fulfil(())
            idle = Promise()
        }
        wake()
    }

    private enum Receiver {
        case endpoint(url: String, secrets: [WebhookSecret])
        /// The job's own callback.
        case callback
    }

    /// Nil if there is no such endpoint any more; its events are dead then.
    private func receiver(for row: DeliveryRecord) async -> Receiver? {
        if row.callback != nil { return .callback }
        let settings = webhooks.settings
        if let configured = settings.endpoints.first(where: { $0.id == row.target }) {
            return .endpoint(url: configured.url, secrets: configured.secrets)
        }
        do throws(StorageError) {
            if let endpoint = try await journal.endpoint(row.target) {
                return .endpoint(url: endpoint.url, secrets: webhooks.endpoints.secrets(of: endpoint, at: clock()))
            }
        } catch {
            return .endpoint(url: "", secrets: [])
        }
        journal.endDeliveries(to: row.target, because: "the endpoint is not configured any more", at: clock())
        return nil
    }

    private func deliver(_ row: DeliveryRecord, to receiver: Receiver) async -> DeliveryDecision {
        var attempt: DeliveryAttempt
        switch await request(for: row, to: receiver) {
        case .send(let request): attempt = await send(request, owner: row.owner)
        case .skip: attempt = .response(status: 204, retryAfter: nil)
        case .unavailable(let reason): attempt = .failure(reason: reason)
        }
        let decision = DeliveryDecision(
            attempt, attempts: row.attempts + 1, jitter: Double.random(in: 0...1), limits: webhooks.settings.limits)
        await record(decision, of: row, after: attempt)
        return decision
    }

    private func request(for row: DeliveryRecord, to receiver: Receiver) async -> CallbackAction {
        switch receiver {
        case .endpoint(let url, let secrets):
            guard !secrets.isEmpty else { return .unavailable(reason: "the endpoint's secret cannot be read") }
            let event = WebhookEvent(id: row.eventID, event: row.event, jobID: row.jobID, created: row.created)
            return .send(event.request(to: url, secrets: secrets, at: clock()))
        case .callback:
            guard let content = row.callback.flatMap({ webhooks.sealer.open($0, for: .callback, owner: row.owner) }) else {
                return .unavailable(reason: "the callback cannot be read: its sealing key is gone")
            }
            return await callback(row, content)
        }
    }

    private func record(_ decision: DeliveryDecision, of row: DeliveryRecord, after attempt: DeliveryAttempt) async {
        let now = clock()
        var due = row.due
        let state: DeliveryRecord.State
        switch decision {
        case .delivered: state = .delivered
        case .retry(let delay, _): (state, due) = (.pending, now + delay)
        case .dead, .disable: state = .dead
        }
        telemetry.jobs.recordDelivery(outcome: state == .pending ? "retry" : state.rawValue)
        log(decision, of: row, after: attempt)
        do throws(StorageError) {
            try await journal.recordAttempt(
                of: row.number, state: state, due: due, status: attempt.status, error: attempt.error, at: now)
            unwritten[row.number] = nil
        } catch {
            unwritten[row.number] = row.attempts
        }
        if decision == .disable, row.callback == nil {
            journal.disableEndpoint(row.target, because: "it answered with status 410", at: now)
        }
    }

    private func log(_ decision: DeliveryDecision, of row: DeliveryRecord, after attempt: DeliveryAttempt) {
        let (level, message): (Telemetry.Level, String) =
            switch decision {
            case .delivered: (.debug, "webhook delivered")
            case .retry: (.debug, "webhook attempt failed")
            case .dead: (.warning, "webhook not delivered")
            case .disable: (.warning, "webhook endpoint disabled")
            }
        guard telemetry.isEnabled(level) else { return }
        telemetry.log(
            level, message,
            fields: [
                "event": row.eventID, "type": row.event.rawValue, "key": row.owner, "receiver": row.target,
                "attempts": "\(row.attempts + 1)", "detail": attempt.error ?? "status \(attempt.status ?? 0)",
            ])
    }

    private static let tick: Duration = .seconds(1)
    private static let idleTick: Duration = .seconds(30)
    private static let journalInterval: Duration = .seconds(5)
    private static let faultDelay: Duration = .seconds(5)
    private static let pageSize = 1000
}

/// The events of one grant, sent side by side.
private final class Batch {
    let ended = Promise<Void>()
    private(set) var outcome = DeliverySchedule.Outcome.unused
    private var left: Int

    init(_ count: Int) { left = count }

    func note(_ decision: DeliveryDecision) {
        switch decision {
        case .delivered: if outcome == .unused { outcome = .worked }
        case .retry(_, let pause?): outcome = .failed(pause: pause)
        case .retry, .dead, .disable: if outcome == .unused || outcome == .worked { outcome = .failed(pause: nil) }
        }
        left -= 1
        if left == 0 { ended.fulfil(()) }
    }
}

/// Lets one wake-up of the loop stand for many events.
private final class WakeFlag: Sendable {
    private let isSet = Atomic<Bool>(false)

    /// - Returns: whether it was not set.
    func set() -> Bool { !isSet.exchange(true, ordering: .acquiringAndReleasing) }
    func clear() { isSet.store(false, ordering: .releasing) }
}
