/// One piece of work for the journal's thread, with somebody waiting for it or not.
struct JournalOperation: Sendable {
    typealias Work<Value> = @Sendable (Database) throws(StorageError) -> Value
    /// Tells whoever waits: nil once the work is on the disk, else why it is not.
    typealias Completion = @Sendable (StorageError?) -> Void

    /// Reads see everything that was written before them and cost no sync.
    let isRead: Bool
    /// Done again, later, if it could not be written: it tells what has happened already and must not be forgotten.
    let isDeferrable: Bool
    /// Does the work inside the transaction. The failure is the work's own; what `finish` is told comes from the commit.
    let run: @Sendable (Database) -> (failure: StorageError?, finish: Completion)
    /// Tells whoever waits that nothing was kept.
    let fail: @Sendable (StorageError) -> Void

    init<Value: Sendable>(
        reading isRead: Bool, deferred isOwed: Bool, _ work: @escaping Work<Value>,
        then done: @escaping @Sendable (Result<Value, StorageError>) -> Void
    ) {
        self.isRead = isRead
        self.isDeferrable = isOwed
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
