import Jobs
import Wire

/// A job that failed at its vendor and is offered to another one, under the id that its owner has.
extension Journal {
    package enum Offer: Sendable {
        /// The row is an intent again: the paid call may leave.
        case made
        /// Somebody else has offered it, or it has ended.
        case late
        /// It does not fit below the ceiling beside what has been spent.
        case tooDear(spent: Money)
    }

    /// Writes down that the paid call of another attempt is about to leave. What the failed attempt would have cost is released.
    /// - Parameters:
    ///   - entry: the job as it is from now on: account, vendor, model, cost, what was tried, what its owner is told.
    ///   - failed: the sealed id of the attempt that failed.
    package func offer(_ entry: Entry, after failed: String, within ceiling: Ceiling?) async throws(StorageFailure) -> Offer {
        let result: Offer = try await perform(intent: entry.id) { database throws(StorageFailure) in
            let released = try database.run(
                "UPDATE jobs SET settled = 0 WHERE id = ? AND state = 'accepted' AND coalesce(current, id) = ?", .text(entry.id),
                .text(failed))
            guard released == 1 else { return .late }
            if let spent = try ceiling?.refusal(of: entry.reserved, for: entry.owner, database) { return .tooDear(spent: spent) }
            try database.run(
                """
                UPDATE jobs SET state = 'intended', run = ?, account = ?, vendor = ?, model = ?, reserved = ?, settled = NULL, tried = ?,
                    moved = ?, clue = ?, ticket = NULL
                WHERE id = ?
                """, .int(database.run), .text(entry.account), .text(entry.vendor), .text(entry.model), .init(entry.reserved?.micros),
                .text(entry.tried.joined(separator: "\n")), .init(entry.moved), .init(entry.clue), .text(entry.id))
            return .made
        }
        if case .made = result { return result }
        live.remove(entry.id)
        return result
    }

    /// The next vendor has the job.
    /// - Parameter current: the sealed id of the attempt.
    package func arrive(_ id: String, current: String, ticket: Ticket = Ticket()) async throws(StorageFailure) {
        try await settle(id) { database throws(StorageFailure) in
            try database.run(
                "UPDATE jobs SET state = 'accepted', current = ?, ticket = ? WHERE id = ? AND state = 'intended'", .text(current),
                .init(ticket.line), .text(id))
        }
    }

    /// The next vendor provably has it not: the failed attempt is the current one still.
    package func decline(_ id: String) async throws(StorageFailure) {
        try await settle(id) { database throws(StorageFailure) in
            try database.run("UPDATE jobs SET state = 'accepted', settled = 0 WHERE id = ? AND state = 'intended'", .text(id))
        }
    }

    private func settle(_ id: String, _ work: @escaping @Sendable (Database) throws(StorageFailure) -> Int) async throws(StorageFailure) {
        try await change(owed: true) { [live] database throws(StorageFailure) in
            live.remove(id)
            _ = try work(database)
        }
    }

    /// The request of a job that may be offered to another model; nil if none was kept.
    package func wish(of id: String) async throws(StorageFailure) -> Wish? {
        try await perform(reading: true) { database throws(StorageFailure) in
            try database.rows(
                "SELECT path, query, type, body FROM wishes JOIN jobs USING (number) WHERE id = ?", .text(id)
            ) { Wish(path: $0.text(0), query: $0.text(1), type: $0.optionalText(2), body: $0.optionalBlob(3) ?? []) }.first
        }
    }
}
