import CSQLite
import Jobs

/// Why the journal could not be read or written. Nothing of the failed transaction was kept.
package struct StorageError: Error, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// No space left, or the maximum size of the file is reached.
        case full
        case readOnly = "read-only"
        /// Not a database, or a damaged one.
        case corrupt
        /// The disk failed to read, write or sync.
        case device
        /// The file cannot be opened.
        case unopenable
        /// Another program holds the file.
        case busy
        /// Written by a newer Genlock.
        case newer
        /// A constraint of the schema was violated: the same idempotency key twice.
        case constraint
        case other
    }

    package let kind: Kind
    /// For the log: what SQLite said. Never a value of a row.
    package let detail: String

    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// - Parameter code: an extended result code (sqlite.org/rescode.html).
    init(code: Int32, during action: String) {
        let kind: Kind
        switch code & 0xFF {
        case SQLITE_FULL: kind = .full
        case SQLITE_READONLY: kind = .readOnly
        case SQLITE_CORRUPT, SQLITE_NOTADB: kind = .corrupt
        case SQLITE_IOERR, SQLITE_NOMEM: kind = .device
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: kind = .unopenable
        case SQLITE_BUSY, SQLITE_LOCKED: kind = .busy
        case SQLITE_CONSTRAINT: kind = .constraint
        default: kind = .other
        }
        self.init(kind, "\(action): \(String(cString: sqlite3_errstr(code))) (\(code))")
    }

    package var description: String { "\(kind.rawValue): \(detail)" }

    /// Whether the connection must be opened again, which reads what was really written.
    var endsConnection: Bool { [.corrupt, .device, .unopenable, .other].contains(kind) }

    /// The fault for clients: nothing was sent, and trying again later may help.
    package var fault: Fault {
        let message =
            kind == .full
            ? "This router's disk is full, so no job can be recorded; none was started."
            : "This router's journal cannot be used at the moment, so no job can be recorded; none was started."
        return Fault(
            kind == .full ? .storageFull : .storage, message, code: kind == .full ? "storage_full" : "storage_unavailable",
            detail: "journal: \(self)", retryAfter: .seconds(5), sent: .no)
    }
}
