import Jobs
import Net
import Routing
import Seal
import Wire

extension Gateway {
    /// Lets a job in at the first account of its tries that has room; waits for one where an operator has set bounds.
    /// - Parameter leaving: a client that goes away while its job waits wants it no more: nothing has been sent.
    func pass(to candidates: [Candidate], for owner: Owner, by deadline: Instant, _ leaving: Leaving) async throws(Fault) -> Gates.Pass {
        let applicant = Gates.Applicant(
            accounts: candidates.map { ($0.account.name, $0.account.bounds) }, owner: owner, until: monotonic() + studio.limits.jobTime,
            deadline: deadline)
        let number: Int
        switch house.gates.enter(applicant, now: monotonic()) {
        case .open(let pass): return pass
        case .shut(let refusal): throw refusal.fault
        case .wait(let given): number = given
        }
        if leaving.hasLeft { house.gates.leave(number) }
        leaving.action = { [gates = house.gates] in gates.leave(number) }
        defer { leaving.action = nil }
        tendGates()
        switch await house.gates.wait(number) {
        case .open(let pass): return pass
        case .late(let refusal): throw refusal.fault
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
            guard let claims = studio.claims(of: job.id, for: job.owner) else { continue }
            _ = try? await sight(of: job.id, claims, now: clock())
        }
    }

    private static let tickEvery: Duration = .milliseconds(100)
}

extension Gates.Refusal {
    /// Where an account is well and only full, that is told; nothing was sent in either case.
    fileprivate var fault: Fault {
        guard isFull else {
            return Fault(.vendorUnavailable, "The vendor of this model is not taking jobs at the moment.", retryAfter: wait, sent: .no)
        }
        return Fault(
            .vendorBusy, "Every account of this model has as many jobs at work as it may; nothing was started.", retryAfter: wait,
            sent: .no)
    }
}
