import Access
import JobState
import Jobs
import Net
import Routing
import Seal
import Telemetry
import Upstream
import Wire

/// Acquires permits for creates, and waits for a free slot if an operator has set bounds.
final class AdmissionWaiter {
    private let admission: AdmissionController
    private let lookup: JobLookup
    private let status: any StatusSource
    private let telemetry: Telemetry
    private let jobTimeout: Duration
    private let monotonic: () -> Instant

    /// - Parameter status: polls the jobs that hold slots and that no client polls. A poll may make a job fail over, which pays again.
    init(_ dependencies: Dependencies, lookup: JobLookup, status: any StatusSource) {
        admission = dependencies.shared.admission
        telemetry = dependencies.shared.telemetry
        jobTimeout = dependencies.config.limits.jobTimeout
        monotonic = dependencies.monotonic
        self.lookup = lookup
        self.status = status
    }

    /// Acquires a permit at the first account of the candidates that has a free slot.
    /// - Parameters:
    ///   - deadline: the end of the wait.
    ///   - disconnect: ends the wait when the client disconnects. Nothing has been sent then.
    func acquirePermit(
        for candidates: [Candidate], owner: Owner, deadline: Instant, disconnect: ClientDisconnect, tries: TryLog
    ) async throws(Fault) -> AdmissionController.Permit {
        let began = Instant.now
        defer { telemetry.jobs.recordQueueWait(for: Instant.now - began) }
        let now = monotonic()
        let request = AdmissionController.AdmissionRequest(
            accounts: candidates.map { ($0.account.name, $0.attempt.model.name, $0.account.bounds) }, owner: owner,
            until: now + jobTimeout, deadline: deadline)
        switch admission.requestPermit(request, now: now) {
        case .permitted(let permit):
            tries.note(permit.skipped, of: candidates)
            return permit
        case .denied(let denial):
            tries.note(denial.skipped, of: candidates)
            throw denial.fault
        case .queued(let number):
            return try await waitForPermit(number, candidates, disconnect: disconnect, tries: tries)
        }
    }

    private func waitForPermit(
        _ number: Int, _ candidates: [Candidate], disconnect: ClientDisconnect, tries: TryLog
    ) async throws(Fault) -> AdmissionController.Permit {
        if disconnect.hasDisconnected { admission.withdraw(number) }
        disconnect.onDisconnect = { [admission] in admission.withdraw(number) }
        defer { disconnect.onDisconnect = nil }
        startTimer()
        switch await admission.wait(number) {
        case .permitted(let permit):
            tries.note(permit.skipped, of: candidates)
            return permit
        case .expired(let denial):
            tries.note(denial.skipped, of: candidates)
            throw denial.fault
        case .disconnected: throw ClientDisconnect.fault
        }
    }

    /// While creates wait: ends waits whose time is over, and polls jobs that hold slots and that no client polls.
    private func startTimer() {
        guard admission.claimTicking() else { return }
        Loop.fork {
            while let suspects = self.admission.tick(now: self.monotonic()), let loop = Loop.current {
                for jobs in suspects { Loop.fork { await self.refresh(jobs) } }
                await loop.sleep(for: AdmissionWaiter.tickInterval)
            }
        }
    }

    /// A poll that finds a job's end frees its slot.
    private func refresh(_ jobs: [AdmissionController.RunningJob]) async {
        for running in jobs {
            guard let job = try? await lookup.open(running.id, for: running.owner) else { continue }
            _ = try? await status.refreshStatus(of: job)
        }
    }

    private static let tickInterval: Duration = .milliseconds(100)
}

extension AdmissionController.AdmissionDenial {
    /// Says why nothing was sent. A rate limit of the vendor stays a rate limit.
    fileprivate var fault: Fault {
        if isFull {
            return Fault(
                .vendorBusy, "Every account of this model runs as many jobs as its limit allows; nothing was started.", retryAfter: wait,
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
