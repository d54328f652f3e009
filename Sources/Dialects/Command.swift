import Jobs
import Wire

/// What a client asks for, independent of any API. Indirect, because a job is large.
package indirect enum Command: Sendable {
    case create(CreateCommand)
    case status(id: String)
    case content(id: String, Asset.Kind)
    case list(Page)
    case delete(id: String)
    case cancel(id: String)
    case models(ModelQuery)
    case model(name: String)
    /// What the caller's key has spent and may spend. `word` returns to the dialect, which may have several answers to this.
    case account(word: String)
    /// A place for one file of the caller, which a job may refer to afterwards.
    case upload
    /// An answer that needs nothing but an authenticated caller: health checks, key tests.
    case fixed(Response)
}

/// A page of a list of jobs.
package struct Page: Sendable, Equatable {
    /// The id of the last job of the page before; nil for the first page.
    package var after: String?
    package var limit: Int
    package var newestFirst: Bool
    package init(after: String? = nil, limit: Int = 20, newestFirst: Bool = true) {
        self.after = after
        self.limit = limit
        self.newestFirst = newestFirst
    }
}
