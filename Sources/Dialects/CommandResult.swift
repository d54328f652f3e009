import Jobs
import Wire

/// What the gateway found out, for a dialect to put into its own words.
package enum CommandResult: Sendable {
    case created(JobView, CreateCommand)
    case status(JobView)
    /// The end of a held create.
    case finished(JobView, CreateCommand)
    case list([JobView], hasMore: Bool)
    case deleted(JobView)
    case cancelled(JobView)
    case models([ModelView], ModelQuery)
    case model(ModelView)
    case account(AccountView, word: String)
    case upload(UploadView)
}

/// One job as its owner may see it: no vendor's name, URL or words beyond those of a failure.
package struct JobView: Sendable {
    /// The sealed id, the same from every route and dialect.
    package var id: String
    package var operation: Operation
    package var progress: Progress
    /// 0...100, never falling, 100 only when done.
    package var percent: Int
    package var created: Timestamp
    package var completed: Timestamp?
    package var expires: Timestamp?
    /// The model as the client named it.
    package var model: String
    /// The model that does the work, `vendor/name`; equal to `model` unless an alias stood there.
    package var resolvedModel: String
    package var prompt: String?
    /// As asked for, or the default that took its place. Nil where the model decides.
    package var seconds: Double?
    package var size: String?
    package var previous: String?
    package var echo: [String: String] = [:]
    package var warnings: [Warning] = []
    package var cost: Money?
    /// Links to the clips through Genlock that need no key; empty until done, or where no public URL can be formed.
    package var links: [String] = []
    /// How long the client should wait before it asks again; nil when final.
    package var pollAfter: Duration?

    package init(id: String, operation: Operation, progress: Progress, percent: Int, created: Timestamp, model: String) {
        self.id = id
        self.operation = operation
        self.progress = progress
        self.percent = percent
        self.created = created
        self.model = model
        resolvedModel = model
    }
}

/// One model or alias that the caller may use.
package struct ModelView: Sendable {
    /// The name to send: `fal/veo-3.1`, `sora-2`.
    package var name: String
    /// The model behind it; for an alias, that of its first try.
    package var model: Model
    package var isAlias: Bool
    /// Whether an account can play it now.
    package var isAvailable: Bool
    package init(name: String, model: Model, isAlias: Bool, isAvailable: Bool) {
        self.name = name
        self.model = model
        self.isAlias = isAlias
        self.isAvailable = isAvailable
    }
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

/// A place for one file of a caller.
package struct UploadView: Sendable {
    /// Where the bytes are PUT; the signature in it stands for a key.
    package var url: String
    /// How a job refers to the file afterwards, without a scheme: `upl_abc123`.
    package var id: String
    package var expires: Timestamp
    /// What stands in `url` for a key, for APIs that put it elsewhere: the URL without its query takes it as one more segment, with a
    /// file's name behind it.
    package var signature = ""
    /// What the PUT must carry besides its content type.
    package var headers: [(name: HeaderName, value: String)] = []

    package init(url: String, id: String, expires: Timestamp) {
        self.url = url
        self.id = id
        self.expires = expires
    }
}
