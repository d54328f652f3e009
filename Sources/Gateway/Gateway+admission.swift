import Access
import Jobs
import Net
import Routing
import Seal
import Telemetry
import Upstream
import Wire

extension Gateway {
    /// Returns a permit for the first account of the tries that accepts a job now; if their limits are reached, waits for one.
    /// - Parameter disconnect: ends the wait if the client disconnects; nothing has been sent by then.
    func acquirePermit(
        to candidates: [Candidate], for owner: Owner, by deadline: Instant, disconnect: ClientDisconnect, noting tries: TryLog
    ) async throws(Fault) -> AdmissionController.Permit {
        let asked = Instant.now
        defer { shared.telemetry.jobs.recordQueueWait(for: Instant.now - asked) }
        let admissionRequest = AdmissionController.AdmissionRequest(
            accounts: candidates.map { ($0.account.name, $0.attempt.model.name, $0.account.bounds) }, owner: owner,
            until: monotonic() + config.limits.jobTimeout, deadline: deadline)
        let number: Int
        switch shared.admission.requestPermit(admissionRequest, now: monotonic()) {
        case .permitted(let permit):
            tries.note(permit.skipped, of: candidates, now: clock())
            return permit
        case .denied(let denial):
            tries.note(denial.skipped, of: candidates, now: clock())
            throw denial.fault
        case .queued(let queuedNumber): number = queuedNumber
        }
        if disconnect.hasDisconnected { shared.admission.withdraw(number) }
        disconnect.onDisconnect = { [admission = shared.admission] in admission.withdraw(number) }
        defer { disconnect.onDisconnect = nil }
        startAdmissionTimer()
        switch await shared.admission.wait(number) {
        case .permitted(let permit):
            tries.note(permit.skipped, of: candidates, now: clock())
            return permit
        case .expired(let denial):
            tries.note(denial.skipped, of: candidates, now: clock())
            throw denial.fault
        case .disconnected: throw ClientDisconnect.fault
        }
    }

    /// While a create waits: checks the clock, and polls jobs that hold slots and that no client polls.
    private func startAdmissionTimer() {
        guard shared.admission.claimTicking() else { return }
        Loop.fork {
            while let suspects = self.shared.admission.tick(now: self.monotonic()), let loop = Loop.current {
                for jobs in suspects { Loop.fork { await self.refreshRunningJobs(at: jobs) } }
                await loop.sleep(for: Gateway.admissionTickInterval)
            }
        }
    }

    /// The code that sees a job's end frees its slot; what is not due at its vendor is not asked.
    private func refreshRunningJobs(at jobs: [AdmissionController.RunningJob]) async {
        for job in jobs {
            guard let claims = try? await openJob(job.id, for: job.owner) else { continue }
            _ = try? await refreshStatus(of: job.id, claims, now: clock())
        }
    }

    private static let admissionTickInterval: Duration = .milliseconds(100)
}

extension AdmissionController.AdmissionDenial {
    /// Says for which reason nothing was sent, as the vendor's own answer said it: what waits for a rate limit goes on being a rate limit.
    fileprivate var fault: Fault {
        if isFull {
            return Fault(
                .vendorBusy, "Every account of this model has as many jobs at work as it may; nothing was started.", retryAfter: wait,
                sent: .no)
        }
        let message =
            switch cause {
            case .vendorRateLimited: "The vendor's rate limit is reached, and it asked for a pause; nothing was started."
            case .vendorBusy: "The vendor has too many jobs at once; nothing was started."
            case .vendorCredentials: "The vendor did not accept the credentials of this account a moment ago; nothing was started."
            case .vendorBalance: "The vendor account's balance or quota was used up a moment ago; nothing was started."
            case .modelUnavailable: "The vendor did not offer this model to this account a moment ago; nothing was started."
            default: "The vendor of this model is not taking jobs at the moment; nothing was started."
            }
        let shownKind: Fault.Kind =
            switch cause {
            case .vendorRateLimited, .vendorBusy, .vendorCredentials, .vendorBalance, .modelUnavailable: cause ?? .vendorUnavailable
            default: .vendorUnavailable
            }
        var fault = Fault(shownKind, message, retryAfter: wait, sent: .no)
        fault.isVendorRetryAfter = shownKind == .vendorRateLimited || shownKind == .vendorBusy
        return fault
    }
}
