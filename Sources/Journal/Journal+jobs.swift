import Jobs
import Wire

extension Journal {
    /// Writes down that a paid call is about to leave, and reserves what it costs. Once this returns the intent is on the disk.
    /// - Parameters:
    ///   - ceiling: what the owner's jobs may cost together.
    ///   - wish: the request, for a job that may be offered to another model.
    /// - Throws: `.constraint` if the owner has used the entry's key for another job; anything else: the call must not be made.
    @discardableResult
    package func intend(_ entry: Entry, within ceiling: Ceiling? = nil, wish: Wish? = nil) async throws(StorageFailure) -> Fit {
        let prompt = entry.prompt.map { cut($0) }
        return try await perform(intent: entry.id) { [live] database throws(StorageFailure) in
            if let spent = try ceiling?.refusal(of: entry.reserved, for: entry.owner, database) {
                live.remove(entry.id)
                return .tooDear(spent: spent)
            }
            try database.run(
                """
                INSERT INTO jobs (run, owner, id, created, state, account, vendor, model, asked, dialect, operation, prompt, seconds, size,
                    previous, request, reserved, key, digest, clue, found)
                VALUES (?, ?, ?, ?, 'intended', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .int(database.run), .text(entry.owner), .text(entry.id), .int(entry.created.unixMilliseconds), .text(entry.account),
                .text(entry.vendor), .text(entry.model), .text(entry.asked), .text(entry.dialect), .text(entry.operation), .init(prompt),
                .init(entry.seconds), .init(entry.size), .init(entry.previous), .init(entry.request), .init(entry.reserved?.micros),
                .init(entry.key),
                .init(entry.digest), .init(entry.clue), .init(entry.found))
            if let wish {
                try database.run(
                    "INSERT INTO wishes VALUES (?, ?, ?, ?, ?)", .int(database.lastNumber), .text(wish.path), .text(wish.query),
                    .init(wish.type), .blob(wish.body))
            }
            return .fits
        }
    }

    /// The vendor has the job: from now on it is known by its own id. What cannot be written now is owed: the id alone is enough to serve
    /// the job.
    /// - Parameters:
    ///   - intent: the id of the intent.
    ///   - found: the sealed claims, where the id has no room for them.
    /// - Throws: if it is not on the disk yet.
    package func accept(_ intent: String, as id: String, found: String? = nil, ticket: Ticket = Ticket()) async throws(StorageFailure) {
        try await change(owed: true) { [live] database throws(StorageFailure) in
            live.remove(intent)
            try database.run(
                "UPDATE jobs SET state = 'accepted', id = ?, found = ?, ticket = ? WHERE id = ? AND state = 'intended'", .text(id),
                .init(found), .init(ticket.line), .text(intent))
        }
    }

    /// The job's owner was given another id, which holds all that `found` does. No caller waits for this.
    package func rename(_ id: String, to other: String) {
        submit { database throws(StorageFailure) in
            try database.run("UPDATE jobs SET id = ?, found = NULL WHERE id = ?", .text(other), .text(id))
        }
    }

    /// The call provably was not accepted: nothing is owed, and its key may be used again.
    package func withdraw(_ intent: String, because fault: Fault, at now: Timestamp) async throws(StorageFailure) {
        try await change(owed: true) { [live] database throws(StorageFailure) in
            live.remove(intent)
            try database.run(
                """
                UPDATE jobs SET state = 'never_sent', kind = ?, code = ?, message = ?, ended = ?, settled = 0, key = NULL, digest = NULL
                WHERE id = ? AND state = 'intended'
                """, .text(fault.kind.rawValue), .init(fault.code), .text(fault.message), .int(now.unixMilliseconds), .text(intent))
        }
    }

    /// Nobody knows whether the vendor has the job.
    /// - Parameter trace: what helps a person to find it there.
    package func doubt(_ intent: String, because fault: Fault, trace: String?, at now: Timestamp) async throws(StorageFailure) {
        try await change(owed: true) { [live] database throws(StorageFailure) in
            live.remove(intent)
            try database.run(
                """
                UPDATE jobs SET state = 'ambiguous', kind = ?, code = ?, message = ?, trace = ?, ended = ?
                WHERE id = ? AND state = 'intended'
                """,
                .text(fault.kind.rawValue), .init(fault.code), .text(fault.message), .init(trace), .int(now.unixMilliseconds),
                .text(intent))
        }
    }

    /// A job that nobody knew about was found at its vendor: it lives on under the id of its intent.
    /// - Parameter found: an id sealed around its ticket.
    /// - Returns: false if it is not ambiguous any more.
    package func find(_ intent: String, as found: String, ticket: Ticket = Ticket()) async throws(StorageFailure) -> Bool {
        try await perform { database throws(StorageFailure) in
            try database.run(
                """
                UPDATE jobs SET state = 'accepted', found = ?1, current = iif(tried IS NULL, current, ?1), ticket = ?3, kind = NULL,
                    code = NULL, message = NULL, trace = NULL, ended = NULL
                WHERE id = ?2 AND state = 'ambiguous'
                """, .text(found), .text(intent), .init(ticket.line)) > 0
        }
    }

    /// A job has ended. The first end stays. No caller waits for this.
    /// - Parameters:
    ///   - fault: nil if it is done.
    ///   - settled: what it did cost; nil keeps what was reserved.
    package func end(_ id: String, _ fault: Fault?, settled: Money? = nil, at now: Timestamp) {
        let state: Entry.State = fault == nil ? .done : fault?.kind == .vendorCancelled ? .cancelled : .failed
        submit { database throws(StorageFailure) in
            try database.run(
                """
                UPDATE jobs SET state = ?, kind = ?, code = ?, message = ?, ended = ?, settled = coalesce(?, reserved)
                WHERE id = ? AND state = 'accepted'
                """,
                .text(state.rawValue), .init(fault?.kind.rawValue), .init(fault?.code), .init(fault?.message), .int(now.unixMilliseconds),
                .init(settled?.micros), .text(id))
        }
    }

    /// Adds what was read from a finished clip to what was known of its job. Returns before it is written.
    package func describe(_ id: String, seconds: Double?, size: String?) {
        submit { database throws(StorageFailure) in
            try database.run(
                "UPDATE jobs SET seconds = coalesce(seconds, ?), size = coalesce(size, ?) WHERE id = ?", .init(seconds), .init(size),
                .text(id))
        }
    }

    /// Makes the id dead for good, whether or not the journal had known it. The prompt goes, the cost stays counted.
    /// - Parameter entry: what the id itself says, for a job that has no row (any more).
    package func delete(_ entry: Entry, at now: Timestamp) async throws(StorageFailure) {
        try await change { database throws(StorageFailure) in
            try database.run(
                """
                INSERT INTO jobs (owner, id, created, state, account, vendor, model, asked, dialect, operation, ended)
                VALUES (?, ?, ?, 'deleted', ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = 'deleted', prompt = NULL, message = NULL, trace = NULL, key = NULL,
                    digest = NULL
                """,
                .text(entry.owner), .text(entry.id), .int(entry.created.unixMilliseconds), .text(entry.account), .text(entry.vendor),
                .text(entry.model), .text(entry.asked), .text(entry.dialect), .text(entry.operation), .int(now.unixMilliseconds))
        }
    }

    /// At most the journal's bound of bytes, without half a character at the end.
    private func cut(_ text: String) -> String {
        guard text.utf8.count > limits.journalPromptBytes else { return text }
        var kept = ""
        var count = 0
        for character in text {
            count += character.utf8.count
            guard count <= limits.journalPromptBytes else { break }
            kept.append(character)
        }
        return kept
    }
}

extension Ticket {
    /// The vendor's own id in one line, as people look for it at the vendor; nil for an empty ticket.
    var line: String? { fields.isEmpty ? nil : fields.joined(separator: " ") }
}
