import Jobs

/// The result of a command, which the dialect renders in its API's format.
/// Indirect, because views are large.
package indirect enum CommandResult: Sendable {
    case created(JobView, CreateCommand)
    case status(JobView)
    /// The end of a synchronous create.
    case finished(JobView, CreateCommand)
    case list([JobView], hasMore: Bool)
    case deleted(JobView)
    case cancelled(JobView)
    case models([ModelView], ModelQuery)
    case model(ModelView)
    case account(AccountView, word: String)
    case upload(UploadView)
}
