import Jobs
import Wire

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

/// What a caller's key has spent and may still spend.
package struct AccountView: Sendable, Equatable {
    package var spent: Money
    /// Nil where the key has no budget.
    package var remaining: Money?

    package init(spent: Money, remaining: Money?) {
        self.spent = spent
        self.remaining = remaining
    }
}

/// A place for one file of a caller (`POST /v1/upload` of LTX, for example).
package struct UploadView: Sendable {
    /// The URL for the PUT request; its signature replaces a key.
    package var url: String
    /// The id by which a job refers to the file, without a scheme: `upl_abc123`.
    package var id: String
    package var expires: Timestamp
    /// The signature in `url`, for APIs that put it elsewhere: the URL without its query accepts it as one more path segment, followed by a
    /// file name.
    package var signature = ""
    /// Header fields that the PUT request needs besides its content type.
    package var headers: [(name: HeaderName, value: String)] = []

    package init(url: String, id: String, expires: Timestamp) {
        self.url = url
        self.id = id
        self.expires = expires
    }
}
