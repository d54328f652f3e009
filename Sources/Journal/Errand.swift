/// One piece of work for the journal's thread, with somebody waiting for it or not.
struct Errand: Sendable {
    typealias Work<Value> = @Sendable (Database) throws(StorageFailure) -> Value
    /// Tells whoever waits: nil once the work is on the disk, else why it is not.
    typealias Finish = @Sendable (StorageFailure?) -> Void

    /// Reads see everything that was written before them and cost no sync.
    let isRead: Bool
    /// Done again, later, if it could not be written: it tells what has happened already and must not be forgotten.
    let isOwed: Bool
    /// Does the work inside the transaction. The failure is the work's own; what `finish` is told comes from the commit.
    let run: @Sendable (Database) -> (failure: StorageFailure?, finish: Finish)
    /// Tells whoever waits that nothing was kept.
    let refuse: @Sendable (StorageFailure) -> Void

    init<Value: Sendable>(
        reading isRead: Bool, owed isOwed: Bool, _ work: @escaping Work<Value>,
        then done: @escaping @Sendable (Result<Value, StorageFailure>) -> Void
    ) {
        self.isRead = isRead
        self.isOwed = isOwed
        run = { database in
            do throws(StorageFailure) {
                let value = try work(database)
                return (nil, { failure in done(failure.map(Result.failure) ?? .success(value)) })
            } catch {
                return (error, { _ in done(.failure(error)) })
            }
        }
        refuse = { done(.failure($0)) }
    }
}
