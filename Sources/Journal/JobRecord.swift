import Jobs
import Wire

/// One row of the journal: a paid job from the intent to its end.
package struct JobRecord: Sendable {
    /// Where a job stands as far as its durable record goes.
    package enum State: String, Sendable, CaseIterable {
        /// Written just before the paid call, which may be running.
        case intended
        /// The vendor accepted it.
        case accepted
        /// The call provably never arrived, or was refused.
        case notSent = "never_sent"
        /// The vendor may have accepted it.
        case ambiguous
        case done, failed, cancelled
        /// Its owner deleted it; the row keeps its id invalid and its cost counted.
        case deleted

        /// Whether the owner's list shows it.
        package var isListed: Bool {
            switch self {
            case .accepted, .ambiguous, .done, .failed, .cancelled: true
            case .intended, .notSent, .deleted: false
            }
        }
    }

    /// Counts up in the order of the intents.
    package var number: Int64 = 0
    package var owner: String
    /// The sealed id. Until the vendor has accepted the job, an id without a ticket, which identifies the intent.
    package var id: String
    package var created: Timestamp
    package var state = State.intended
    package var account: String
    package var vendor: String
    package var model: String
    /// The model as the client named it.
    package var requestedModel: String
    package var dialect: String
    package var operation: String
    /// Cut to `maxJournalPromptBytes`.
    package var prompt: String?
    package var seconds: Double?
    package var size: String?
    /// The id of the job that this one continues.
    package var previousID: String?
    /// The id of the client's request, as in the log.
    package var requestID: String?
    /// The expected cost.
    package var reserved: Money?
    /// The actual cost, known at the end.
    package var settled: Money?
    /// Of a failed or ambiguous job.
    package var fault: Fault?
    /// Helps a person to find the job at its vendor: when the call was sent, the vendor's id of the request.
    package var trace: String?
    package var ended: Timestamp?
    /// The client's idempotency key.
    package var idempotencyKey: String?
    /// `CorrelationKey.text` of the start call.
    package var correlationKey: String?
    /// The sealed claims, if `id` does not hold them: they are too long for it, or it is the intent's, and the job was found after its
    /// answer was lost.
    package var sealedClaims: String?
    /// SHA-256 of the request; nil if no retry may be answered with this job.
    package var requestDigest: Bytes?
    /// Of a job that failed over: the sealed id of the current attempt.
    package var currentAttempt: String?
    /// Of a job that failed over: the `account model` of each failed attempt.
    package var failedAttempts: [String] = []
    /// Of a job that failed over: the notice for its owner.
    package var failoverNotice: String?
    /// The vendor's id of the job; nil while it is unknown.
    package var ticket: String?
    /// Whether its results may be kept. Written with the intent and not read back.
    package var mayBeKept = true

    package init(
        owner: String, id: String, created: Timestamp, account: String, vendor: String, model: String, requestedModel: String,
        dialect: String
    ) {
        self.owner = owner
        self.id = id
        self.created = created
        self.account = account
        self.vendor = vendor
        self.model = model
        self.requestedModel = requestedModel
        self.dialect = dialect
        operation = Operation.generate.name
    }
}

extension JobRecord {
    static let columns = """
        number, owner, id, created, state, account, vendor, model, asked, dialect, operation, prompt, seconds, size, previous, request, \
        reserved, settled, kind, code, message, trace, ended, key, digest, clue, found, current, tried, moved, ticket
        """

    init?(_ row: Database.Row) {
        guard let state = State(rawValue: row.text(4)) else { return nil }
        self.init(
            owner: row.text(1), id: row.text(2), created: Timestamp(unixMilliseconds: row.int(3)), account: row.text(5),
            vendor: row.text(6), model: row.text(7), requestedModel: row.text(8), dialect: row.text(9))
        number = row.int(0)
        self.state = state
        operation = row.text(10)
        prompt = row.optionalText(11)
        seconds = row.optionalReal(12)
        size = row.optionalText(13)
        previousID = row.optionalText(14)
        requestID = row.optionalText(15)
        reserved = row.optionalInt(16).map { Money(micros: $0) }
        settled = row.optionalInt(17).map { Money(micros: $0) }
        if let kind = row.optionalText(18) {
            fault = Fault(Fault.Kind(rawValue: kind) ?? .vendorFailed, row.text(20), code: row.optionalText(19))
            if state == .ambiguous { fault?.sent = .maybe }
        }
        trace = row.optionalText(21)
        ended = row.optionalInt(22).map { Timestamp(unixMilliseconds: $0) }
        idempotencyKey = row.optionalText(23)
        requestDigest = row.optionalBlob(24)
        correlationKey = row.optionalText(25)
        sealedClaims = row.optionalText(26)
        currentAttempt = row.optionalText(27)
        failedAttempts = row.optionalText(28)?.split(separator: "\n").map(String.init) ?? []
        failoverNotice = row.optionalText(29)
        ticket = row.optionalText(30)
    }
}
