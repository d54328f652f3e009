import Jobs
import Wire

/// The content of a job id, which only this server can read: enough to retrieve the job, and to answer for it, without a database.
package struct Claims: Sendable, Equatable {
    /// The name of the account that started the job, whose credentials status calls need.
    package var account: String
    /// The vendor of that account when it started the job; a ticket has no meaning for another vendor.
    package var vendor: String
    /// `Model.name` of the model that makes the video.
    package var model: String
    package var ticket: Ticket
    /// To the second.
    package let created: Timestamp
    /// The dialect in which the job was created.
    package var dialect: String
    /// The model as the client named it.
    package var requestedModel: String
    package var operation = Operation.generate
    /// The requested length, or the default.
    package var seconds: Double?
    package var size: String?
    /// The expected cost.
    package var cost: Money?
    /// `CreateCommand.echo`.
    package var echo: [String: String] = [:]
    /// Whether the job does not fit into the id: then only `created` and `dialect` are known, and the journal holds the rest under the id.
    package private(set) var isReference = false

    /// The same job in fewer bytes: with the resolved model as the requested one, and without length and size.
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

    /// The claims of an id whose job is in the journal.
    package init(referenceCreated created: Timestamp, dialect: String) {
        self.init(account: "", vendor: "", model: "", ticket: Ticket(), created: created, dialect: dialect, requestedModel: "")
        isReference = true
    }
}
