import Jobs
import Wire

/// What a job id says to whoever holds the keys: enough to ask for the job, and to answer for it, without a database.
package struct Claims: Sendable, Equatable {
    /// The name of the account that started the job: its credentials alone may ask for it.
    package var account: String
    /// The vendor of that account when it started the job; a ticket means nothing to another one.
    package var vendor: String
    /// `Model.name` of the model that does the work.
    package var model: String
    package var ticket: Ticket
    /// To the second.
    package let created: Timestamp
    /// The dialect in which the job was created.
    package var dialect: String
    /// The model as the client named it.
    package var requestedModel: String
    package var operation = Operation.generate
    /// As asked for, or the default that took its place.
    package var seconds: Double?
    package var size: String?
    /// What it was expected to cost.
    package var cost: Money?
    /// What the dialect wants back with every answer about the job (`CreateCommand.echo`).
    package var echo: [String: String] = [:]
    /// True where the id has no room for the job: only `created` and `dialect` are known, the rest is in the journal under that id.
    package private(set) var isReference = false

    /// The same job in fewer bytes: called as its vendor's model is, and without length and frame.
    var abridged: Claims {
        var claims = self
        claims.requestedModel = vendor + "/" + model
        (claims.seconds, claims.size) = (nil, nil)
        return claims
    }

    /// Fractions of a second of `created` are dropped.
    package init(
        account: String, vendor: String, model: String, ticket: Ticket, created: Timestamp, dialect: String, requestedModel: String
    ) {
        self.account = account
        self.vendor = vendor
        self.model = model
        self.ticket = ticket
        self.created = Timestamp(unix: created.unix)
        self.dialect = dialect
        self.requestedModel = requestedModel
    }

    /// What stands in an id whose job is in the journal.
    package init(referenceCreated created: Timestamp, dialect: String) {
        self.init(account: "", vendor: "", model: "", ticket: Ticket(), created: created, dialect: dialect, requestedModel: "")
        isReference = true
    }
}
