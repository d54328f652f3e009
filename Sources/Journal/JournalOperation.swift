/// One piece of work for the journal's thread. It runs inside a transaction; its completion runs after the commit.
struct JournalOperation: Sendable {
    typealias Work<Value> = @Sendable (Database) throws(StorageError) -> Value
    /// Called with nil once the work is on the disk, else with the reason why it is not.
    typealias Completion = @Sendable (StorageError?) -> Void

    /// A read sees everything that was written before it, and needs no sync.
    let isRead: Bool
    /// Whether it is repeated later if it cannot be written now: it records something that has happened already.
    let isDeferrable: Bool
    /// Runs the work inside the transaction. `failure` is the work's own error; `finish` is called with that of the commit.
    let run: @Sendable (Database) -> (failure: StorageError?, finish: Completion)
    /// Completes with an error: nothing was written.
    let fail: @Sendable (StorageError) -> Void

    init<Value: Sendable>(
        reading isRead: Bool, deferred isDeferrable: Bool, _ work: @escaping Work<Value>,
        then done: @escaping @Sendable (Result<Value, StorageError>) -> Void
    ) {
        self.isRead = isRead
        self.isDeferrable = isDeferrable
        run = { database in
            do throws(StorageError) {
                let value = try work(database)
                return (nil, { failure in done(failure.map(Result.failure) ?? .success(value)) })
            } catch {
                return (error, { _ in done(.failure(error)) })
            }
        }
        fail = { done(.failure($0)) }
    }
}
