import Wire

/// The row of one result of a done job: whether its bytes are kept, and where.
package struct KeptResult: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        /// To be copied from its vendor.
        case pending
        case kept
        /// It could not be copied, and will not be.
        case failed
        /// It was kept, and removed because of its age or the size of the store.
        case evicted
        /// Its owner deleted the job.
        case deleted
    }

    package let number: Int64
    /// Of the job.
    package let id: String
    package let owner: String
    /// `video`, `thumbnail`, …
    package let kind: String
    /// The name of its bytes in the store.
    package let key: String
    package let state: State
    /// Copies that were begun.
    package let attempts: Int
    /// When the job ended.
    package let ended: Timestamp
    /// In bytes. This and the next four are nil until it is kept.
    package let length: Int64?
    package let type: String?
    /// The entity tag.
    package let tag: String?
    package let kept: Timestamp?
    package let expires: Timestamp?
    /// When it was evicted or deleted, or the copy was given up.
    package let closed: Timestamp?
    /// Why it was evicted, or could not be copied yet.
    package let reason: String?

    static let columns = "number, id, owner, kind, key, state, attempts, ended, length, type, tag, kept, expires, closed, reason"

    init?(_ row: Database.Row) {
        guard let state = State(rawValue: row.text(5)) else { return nil }
        self.state = state
        number = row.int(0)
        id = row.text(1)
        owner = row.text(2)
        kind = row.text(3)
        key = row.text(4)
        attempts = Int(row.int(6))
        ended = Timestamp(unixMilliseconds: row.int(7))
        length = row.optionalInt(8)
        type = row.optionalText(9)
        tag = row.optionalText(10)
        kept = row.optionalInt(11).map { Timestamp(unixMilliseconds: $0) }
        expires = row.optionalInt(12).map { Timestamp(unixMilliseconds: $0) }
        closed = row.optionalInt(13).map { Timestamp(unixMilliseconds: $0) }
        reason = row.optionalText(14)
    }
}

/// A result that is to be copied.
package struct NewResult: Sendable {
    package let kind: String
    package let key: String

    package init(kind: String, key: String) {
        self.kind = kind
        self.key = key
    }
}

/// What is known of the bytes of a result once they are in the store.
package struct StoredBytes: Sendable {
    package let length: Int64
    package let type: String
    package let tag: String
    /// SHA-256 in hexadecimal digits.
    package let checksum: String

    package init(length: Int64, type: String, tag: String, checksum: String) {
        self.length = length
        self.type = type
        self.tag = tag
        self.checksum = checksum
    }
}
