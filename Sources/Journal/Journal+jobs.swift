import Jobs
import Wire

extension Journal {
    /// Records that a paid call is about to be sent, and reserves its cost. When this returns, the intent is on the disk.
    /// - Parameters:
    ///   - spendingLimit: what the owner's jobs may cost together.
    ///   - storedRequest: the request, for a job that may fail over.
    ///   - callback: receives the events of this job, besides the endpoints of its owner.
    /// - Throws: `.constraint` if the owner has used the record's idempotency key for another job. The call must not be sent after any
    /// error.
    @discardableResult
    package func recordIntent(
        _ record: JobRecord, within spendingLimit: SpendingLimit? = nil, storedRequest: StoredRequest? = nil,
        callback: JobCallback? = nil
    ) async throws(StorageError) -> BudgetDecision {
        let prompt = record.prompt.map { truncated($0) }
        return try await perform(intent: record.id) { [pendingIntents] database throws(StorageError) in
            if let spent = try spendingLimit?.amountSpentIfExceeded(by: record.reserved, for: record.owner, database) {
                pendingIntents.remove(record.id)
                return .exceeded(spent: spent)
            }
            try database.run(
                """
                INSERT INTO jobs (run, owner, id, created, state, account, vendor, model, asked, dialect, operation, prompt, seconds, size,
                    previous, request, reserved, key, digest, clue, found, unstored)
                VALUES (?, ?, ?, ?, 'intended', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .int(database.run), .text(record.owner), .text(record.id), .int(record.created.unixMilliseconds), .text(record.account),
                .text(record.vendor), .text(record.model), .text(record.requestedModel), .text(record.dialect), .text(record.operation),
                .init(prompt),
                .init(record.seconds), .init(record.size), .init(record.previousID), .init(record.requestID),
                .init(record.reserved?.micros),
                .init(record.idempotencyKey),
                .init(record.requestDigest), .init(record.correlationKey), .init(record.sealedClaims), record.mayBeKept ? .null : .int(1))
            let number = database.lastInsertedNumber
            if let callback {
                try database.run(
                    "INSERT INTO callbacks VALUES (?, ?, ?)", .int(number), .text(callback.target), .blob(callback.content))
            }
            if let storedRequest {
                try database.run(
                    "INSERT INTO wishes VALUES (?, ?, ?, ?, ?)", .int(number), .text(storedRequest.path),
                    .text(storedRequest.query),
                    .init(storedRequest.type), .blob(storedRequest.body))
            }
            return .fits
        }
    }

    /// Records that the vendor accepted the job, and replaces the intent's id by the job's. Deferred if it cannot be written now: the id
    /// alone is enough to serve the job.
    /// - Parameters:
    ///   - intent: the id of the intent.
    ///   - sealedClaims: the sealed claims, if they do not fit into the id.
    /// - Throws: if it is not on the disk yet.
    package func recordAccepted(_ intent: String, as id: String, sealedClaims: String? = nil, ticket: Ticket = Ticket())
        async throws(StorageError)
    {
        try await performWrite(deferred: true) { [pendingIntents] database throws(StorageError) in
            pendingIntents.remove(intent)
            try database.run(
                "UPDATE jobs SET state = 'accepted', id = ?, found = ?, ticket = ? WHERE id = ? AND state = 'intended'", .text(id),
                .init(sealedClaims), .init(ticket.singleLine), .text(intent))
        }
    }

    /// Replaces the id of a job by one that holds its claims. No caller waits for this.
    package func replaceID(_ id: String, with other: String) {
        submit { database throws(StorageError) in
            try database.run("UPDATE jobs SET id = ?, found = NULL WHERE id = ?", .text(other), .text(id))
            try database.run("UPDATE results SET id = ? WHERE id = ?", .text(other), .text(id))
        }
    }

    /// Records that the call provably was not accepted: nothing is reserved, and its idempotency key may be used again.
    package func markNotSent(_ intent: String, because fault: Fault, at now: Timestamp) async throws(StorageError) {
        try await performWrite(deferred: true) { [pendingIntents] database throws(StorageError) in
            pendingIntents.remove(intent)
            try database.run(
                """
                UPDATE jobs SET state = 'never_sent', kind = ?, code = ?, message = ?, ended = ?, settled = 0, key = NULL, digest = NULL
                WHERE id = ? AND state = 'intended'
                """, .text(fault.kind.rawValue), .init(fault.code), .text(fault.message), .int(now.unixMilliseconds), .text(intent))
        }
    }

    /// Records that it is unknown whether the vendor has the job. If it was failing over, its owner already has its id, and sees it as
    /// failed from now on: that is an event.
    /// - Parameter trace: helps a person to find the job at the vendor.
    package func markAmbiguous(_ intent: String, because fault: Fault, trace: String?, at now: Timestamp) async throws(StorageError) {
        try await performWrite(deferred: true) { [pendingIntents, outbox] database throws(StorageError) in
            pendingIntents.remove(intent)
            let job = try database.query(
                """
                UPDATE jobs SET state = 'ambiguous', kind = ?, code = ?, message = ?, trace = ?, ended = ?
                WHERE id = ? AND state = 'intended' RETURNING \(Outbox.ChangedJob.columns), tried
                """,
                .text(fault.kind.rawValue), .init(fault.code), .text(fault.message), .init(trace), .int(now.unixMilliseconds),
                .text(intent)
            ) { $0.isNull(3) ? nil : Outbox.ChangedJob($0) }.first
            if let job { try outbox.record(.failed, of: job, endsJob: false, at: now, database) }
        }
    }

    /// Records that an ambiguous job was found at its vendor. It keeps the id of its intent.
    /// - Parameter found: an id that holds its ticket.
    /// - Returns: false if it is no longer ambiguous.
    package func recordFound(_ intent: String, as found: String, ticket: Ticket = Ticket()) async throws(StorageError) -> Bool {
        try await perform { database throws(StorageError) in
            try database.run(
                """
                UPDATE jobs SET state = 'accepted', found = ?1, current = iif(tried IS NULL, current, ?1), ticket = ?3, kind = NULL,
                    code = NULL, message = NULL, trace = NULL, ended = NULL
                WHERE id = ?2 AND state = 'ambiguous'
                """, .text(found), .text(intent), .init(ticket.singleLine)) > 0
        }
    }

    /// Records the end of a job and its event for webhooks, unless an end is recorded already. No caller waits for this.
    /// - Parameters:
    ///   - fault: nil if it is done.
    ///   - settled: the actual cost; nil keeps the reserved amount.
    ///   - results: the results of a done job that are to be kept.
    package func recordEnd(_ id: String, _ fault: Fault?, settled: Money? = nil, keeping results: [NewResult] = [], at now: Timestamp) {
        let state: JobRecord.State = fault == nil ? .done : fault?.kind == .vendorCancelled ? .cancelled : .failed
        let event: JobEvent = state == .done ? .completed : state == .cancelled ? .cancelled : .failed
        submit { [outbox] database throws(StorageError) in
            let job = try database.query(
                """
                UPDATE jobs SET state = ?, kind = ?, code = ?, message = ?, ended = ?, settled = coalesce(?, reserved)
                WHERE id = ? AND state = 'accepted' RETURNING \(Outbox.ChangedJob.columns)
                """,
                .text(state.rawValue), .init(fault?.kind.rawValue), .init(fault?.code), .init(fault?.message), .int(now.unixMilliseconds),
                .init(settled?.micros), .text(id)
            ) { Outbox.ChangedJob($0) }.first
            if let job { try outbox.record(event, of: job, endsJob: true, at: now, database) }
            if job != nil, fault == nil { try Journal.insert(results, of: id, at: now, database) }
        }
    }

    /// Adds length and size of a finished video where they were unknown. Returns before it is written.
    package func recordVideoFacts(_ id: String, seconds: Double?, size: String?) {
        submit { database throws(StorageError) in
            try database.run(
                "UPDATE jobs SET seconds = coalesce(seconds, ?), size = coalesce(size, ?) WHERE id = ?", .init(seconds), .init(size),
                .text(id))
        }
    }

    /// Marks a job as deleted permanently, also one without a row. Its prompt is removed, its cost remains counted. For webhooks, a job
    /// without a recorded end was cancelled.
    /// - Parameter record: the content of the id, for a job without a row.
    package func markDeleted(_ record: JobRecord, at now: Timestamp) async throws(StorageError) {
        try await performWrite { [outbox] database throws(StorageError) in
            let job = try database.query(
                "SELECT \(Outbox.ChangedJob.columns) FROM jobs WHERE id = ? AND state = 'accepted'", .text(record.id)
            ) { Outbox.ChangedJob($0) }.first
            if let job { try outbox.record(.cancelled, of: job, endsJob: true, at: now, database) }
            try database.run(
                """
                INSERT INTO jobs (owner, id, created, state, account, vendor, model, asked, dialect, operation, ended)
                VALUES (?, ?, ?, 'deleted', ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = 'deleted', prompt = NULL, message = NULL, trace = NULL, key = NULL,
                    digest = NULL
                """,
                .text(record.owner), .text(record.id), .int(record.created.unixMilliseconds), .text(record.account), .text(record.vendor),
                .text(record.model), .text(record.requestedModel), .text(record.dialect), .text(record.operation),
                .int(now.unixMilliseconds))
            try Journal.deleteResults(of: record.id, at: now, database)
        }
    }

    /// The text cut at a character to at most `maxJournalPromptBytes`.
    private func truncated(_ text: String) -> String {
        guard text.utf8.count > limits.maxJournalPromptBytes else { return text }
        var kept = ""
        var count = 0
        for character in text {
            count += character.utf8.count
            guard count <= limits.maxJournalPromptBytes else { break }
            kept.append(character)
        }
        return kept
    }
}
