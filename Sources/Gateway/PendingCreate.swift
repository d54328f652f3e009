import Access
import Dialects
import JobState

/// A create on its way to a vendor. An object, because a job is large.
final class PendingCreate {
    /// The job to start; completed from an earlier job if it continues one.
    var command: CreateCommand
    let request: CreateRequest
    let caller: Caller
    /// The name of the dialect that answers for the job.
    let dialect: String
    let disconnect: ClientDisconnect

    init(_ command: CreateCommand, _ request: CreateRequest, caller: Caller, dialect: String, disconnect: ClientDisconnect) {
        self.command = command
        self.request = request
        self.caller = caller
        self.dialect = dialect
        self.disconnect = disconnect
    }
}
