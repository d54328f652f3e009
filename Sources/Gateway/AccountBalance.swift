import Access
import Configuration
import Dialects
import Jobs
import Journal
import Seal
import Wire

/// Reports what a caller's key has spent.
final class AccountBalance {
    private let journal: Journal?

    init(_ dependencies: Dependencies) { journal = dependencies.shared.journal }

    /// What the key has spent in its budget's period, and what is left. Without a budget: everything it has ever spent.
    func balance(of caller: Caller, at now: Timestamp) async throws(Fault) -> AccountView {
        guard let journal else { return AccountView(spent: .zero, remaining: nil) }
        do throws(StorageError) {
            let since = caller.budget?.period(at: now).start ?? Timestamp(unix: 0)
            let spent = try await journal.spent(by: caller.owner.name, since: since)
            return AccountView(spent: spent, remaining: caller.budget.map { max(.zero, $0.amount - spent) })
        } catch {
            throw error.fault
        }
    }
}
