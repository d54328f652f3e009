import CSQLite
import Glibc
import Wire

/// One connection to one SQLite file. Statements are prepared once and kept.
final class Database {
    /// A value for a placeholder of a statement.
    enum Value {
        case null
        case int(Int64)
        case real(Double)
        case text(String)
        case blob([UInt8])

        init(_ text: String?) { self = text.map(Value.text) ?? .null }
        init(_ number: Int64?) { self = number.map(Value.int) ?? .null }
        init(_ number: Double?) { self = number.map(Value.real) ?? .null }
        init(_ bytes: [UInt8]?) { self = bytes.map(Value.blob) ?? .null }
    }

    /// The run of the program that this connection belongs to.
    let run: Int64
    private let runLock: RunLock?
    private let connection: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    /// Switches off SQLite's memory statistics, which cost a lock for each of the hundred allocations of a create.
    private static let isSetUp: Bool = sqlite3_without_memory_count() == SQLITE_OK

    /// Opens the file, or creates it, readable only by its owner.
    init(_ path: String, run: Int64, runLock: RunLock? = nil) throws(StorageError) {
        _ = Database.isSetUp
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw StorageError(code: code, during: "open")
        }
        connection = opened
        self.run = run
        self.runLock = runLock
        sqlite3_extended_result_codes(opened, 1)
        sqlite3_busy_timeout(opened, 5000)
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(connection)
    }

    /// Whether another program with that run works with the same file now.
    func isOfOtherProgram(_ run: Int64) -> Bool { run != self.run && runLock?.isAlive(run) == true }

    /// False once the transaction has ended, also if SQLite ended it because of an error.
    var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    /// Runs statements without placeholders and results, separated by semicolons.
    func execute(_ script: String) throws(StorageError) {
        let code = sqlite3_exec(connection, script, nil, nil, nil)
        guard code == SQLITE_OK else { throw storageError(code, String(script.prefix(40))) }
    }

    /// Runs one statement.
    /// - Returns: the number of changed rows.
    @discardableResult
    func run(_ sql: String, _ values: Value...) throws(StorageError) -> Int {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        try bind(values, to: statement)
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw storageError(code, String(sql.prefix(40))) }
        return Int(sqlite3_changes(connection))
    }

    /// The rows of a query, as `read` converts them; rows for which it returns nil are left out.
    func query<Element>(_ sql: String, _ values: Value..., read: (Row) -> Element?) throws(StorageError) -> [Element] {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        try bind(values, to: statement)
        var found: [Element] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                if let element = read(Row(statement: statement)) { found.append(element) }
            case SQLITE_DONE:
                return found
            case let code:
                throw storageError(code, String(sql.prefix(40)))
            }
        }
    }

    /// The number in the first column of the first row; nil without a row.
    func queryNumber(_ sql: String, _ values: Value...) throws(StorageError) -> Int64? {
        let statement = try prepared(sql)
        defer { sqlite3_reset(statement) }
        try bind(values, to: statement)
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return Row(statement: statement).int(0)
        case SQLITE_DONE: return nil
        case let code: throw storageError(code, String(sql.prefix(40)))
        }
    }

    var lastInsertedNumber: Int64 { sqlite3_last_insert_rowid(connection) }

    private func prepared(_ sql: String) throws(StorageError) -> OpaquePointer {
        if let known = statements[sql] { return known }
        var made: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard code == SQLITE_OK, let made else { throw storageError(code, "prepare \(sql.prefix(40))") }
        statements[sql] = made
        return made
    }

    private func bind(_ values: [Value], to statement: OpaquePointer) throws(StorageError) {
        for (place, value) in zip(Int32(1)..., values) {
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, place)
                case .int(let number): sqlite3_bind_int64(statement, place, number)
                case .real(let number): sqlite3_bind_double(statement, place, number)
                case .text(let text): sqlite3_bind_text(statement, place, text, -1, Database.copied)
                case .blob(let bytes): sqlite3_bind_blob(statement, place, bytes, Int32(bytes.count), Database.copied)
                }
            guard code == SQLITE_OK else { throw storageError(code, "bind") }
        }
    }

    /// The extended result code is the connection's: the first step of a statement returns the primary one.
    private func storageError(_ code: Int32, _ action: String) -> StorageError {
        let extended = sqlite3_extended_errcode(connection)
        return StorageError(code: extended & 0xFF == code & 0xFF ? extended : code, during: action)
    }

    /// SQLITE_TRANSIENT: SQLite copies before the call returns.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

extension Database {
    /// The current row of a query; valid until its next step.
    struct Row {
        fileprivate let statement: OpaquePointer

        func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
        func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
        func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }
        func optionalReal(_ column: Int32) -> Double? { isNull(column) ? nil : sqlite3_column_double(statement, column) }
        func text(_ column: Int32) -> String { optionalText(column) ?? "" }

        func optionalText(_ column: Int32) -> String? {
            sqlite3_column_text(statement, column).map { String(cString: $0) }
        }

        func optionalBlob(_ column: Int32) -> [UInt8]? {
            guard let start = sqlite3_column_blob(statement, column) else { return nil }
            return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
        }
    }
}
