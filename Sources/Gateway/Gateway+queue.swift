import Jobs
import Net
import Routing
import Seal
import Telemetry
import Wire

extension Gateway {
    /// Lets a job in at the first account of its tries that has room; waits for one where an operator has set bounds.
    /// - Parameter leaving: a client that goes away while its job waits wants it no more: nothing has been sent.
    func pass(
        to candidates: [Candidate], for owner: Owner, by deadline: Instant, _ leaving: Leaving, noting tries: TryLog
    ) async throws(Fault) -> Gates.Pass {
        let asked = Instant.now
        defer { house.telemetry.jobs.queued(for: Instant.now - asked) }
        let applicant = Gates.Applicant(
            accounts: candidates.map { ($0.account.name, $0.attempt.model.name, $0.account.bounds) }, owner: owner,
            until: monotonic() + studio.limits.jobTime, deadline: deadline)
        let number: Int
        switch house.gates.enter(applicant, now: monotonic()) {
        case .open(let pass):
            tries.note(pass.skipped, of: candidates, now: clock())
            return pass
        case .shut(let refusal):
            tries.note(refusal.skipped, of: candidates, now: clock())
            throw refusal.fault
        case .wait(let given): number = given
        }
        if leaving.hasLeft { house.gates.leave(number) }
        leaving.action = { [gates = house.gates] in gates.leave(number) }
        defer { leaving.action = nil }
        tendGates()
        switch await house.gates.wait(number) {
        case .open(let pass):
            tries.note(pass.skipped, of: candidates, now: clock())
            return pass
        case .late(let refusal):
            tries.note(refusal.skipped, of: candidates, now: clock())
            throw refusal.fault
        case .left: throw Leaving.fault
        }
    }

    /// While anybody waits: looks at the clock, and asks after jobs that hold slots and nobody asks about.
    private func tendGates() {
        guard house.gates.mustTick() else { return }
        Loop.fork {
            while let suspects = self.house.gates.tick(now: self.monotonic()), let loop = Loop.current {
                for jobs in suspects { Loop.fork { await self.look(at: jobs) } }
                await loop.sleep(for: Gateway.tickEvery)
            }
        }
    }

    /// Whoever sees a job's end frees its slot; what is not due at its vendor is not asked.
    private func look(at jobs: [Gates.Held]) async {
        for job in jobs {
            guard let claims = try? await open(job.id, for: job.owner) else { continue }
            _ = try? await sight(of: job.id, claims, now: clock())
        }
    }

    private static let tickEvery: Duration = .milliseconds(100)
}

extension Gates.Refusal {
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
        let told: Fault.Kind =
            switch cause {
            case .vendorRateLimited, .vendorBusy, .vendorCredentials, .vendorBalance, .modelUnavailable: cause ?? .vendorUnavailable
            default: .vendorUnavailable
            }
        var fault = Fault(told, message, retryAfter: wait, sent: .no)
        fault.isVendorsPause = told == .vendorRateLimited || told == .vendorBusy
        return fault
    }
}
