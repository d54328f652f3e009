import Crypto
import Jobs
import Journal
import Wire

/// Lists the jobs of the journal, as text or JSON.
struct JobList {
    static let ambiguous = "create_ambiguous"

    private let entries: [JobRecord]
    private let cards: [String: VendorCard]

    init(_ entries: [JobRecord], cards: [VendorCard]) {
        self.entries = entries
        self.cards = Dictionary(cards.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Three lines per job, at most 80 columns wide except for the id.
    var text: String {
        JobList.table(
            ["CREATED", "STATE", "USD", "MODEL"], ["OWNER", "ACCOUNT", "PROMPT"],
            jobs: entries.map { entry in
                let money = (entry.settled ?? entry.reserved)?.description ?? "?"
                return (
                    [JobList.time(entry.created), JobStateName.name(of: entry.state), money, entry.vendor + "/" + entry.model],
                    [entry.owner, entry.account, entry.prompt ?? ""], entry.id
                )
            })
    }

    /// For each job, what an operator needs to look for it at its vendor.
    var lookupText: String {
        guard !entries.isEmpty else { return "no ambiguous jobs" }
        return entries.map { entry in
            var lines = ["\(entry.vendor)/\(entry.model), created \(JobList.time(entry.created)) for \(entry.owner)"]
            lines.append("account  \(entry.account)")
            if let card = cards[entry.vendor] { lines.append("look at  \(card.dashboard ?? card.docs)") }
            if let ticket = entry.ticket { lines.append("ticket   \(JobList.short(ticket, 4000))") }
            if let trace = entry.trace { lines.append("call     \(trace)") }
            if let prompt = entry.prompt { lines.append("prompt   \(JobList.short(prompt, 100)) (SHA-256 \(JobList.hash(prompt)))") }
            let requested = [entry.operation, entry.seconds.flatMap(Number.text).map { $0 + " s" }, entry.size].compactMap(\.self)
            lines.append("asked    " + requested.joined(separator: ", "))
            if let reserved = entry.reserved { lines.append("cost     \(reserved) USD, counted as spent") }
            if let request = entry.requestID { lines.append("request  \(request)") }
            lines.append("id       \(entry.id)")
            return lines.map(TerminalText.line).joined(separator: "\n  ")
        }.joined(separator: "\n\n")
    }

    /// One JSON object per line.
    var json: String {
        entries.map { entry in
            JSONValue.members([
                "id": .string(entry.id), "owner": .string(entry.owner), "state": .string(JobStateName.name(of: entry.state)),
                "created": .string(entry.created.iso8601), "ended": .optional(entry.ended?.iso8601), "account": .string(entry.account),
                "vendor": .string(entry.vendor), "model": .string(entry.model), "asked": .string(entry.requestedModel),
                "operation": .string(entry.operation), "seconds": entry.seconds.map(JSONValue.double), "size": .optional(entry.size),
                "prompt": .optional(entry.prompt), "prompt_sha256": .optional(entry.prompt.map(JobList.hash)),
                "usd": (entry.settled ?? entry.reserved).map { JSONValue.double($0.dollars) },
                "error": entry.fault.map { fault -> JSONValue in ["code": .optional(fault.code), "message": .string(fault.message)] },
                "ticket": .optional(entry.ticket), "trace": .optional(entry.trace), "request_id": .optional(entry.requestID),
                "moved": .optional(entry.failoverNotice),
                "look_at": .optional(cards[entry.vendor].map { $0.dashboard ?? $0.docs }),
            ]).text
        }.joined(separator: "\n")
    }

    /// Lists the jobs of a server, as text.
    static func text(_ videos: [VideoAPI.Video]) -> String {
        table(
            ["CREATED", "STATE", "MODEL"], ["PROMPT"],
            jobs: videos.map { video in
                let created = created(video).map(time) ?? ""
                return ([created, JobStateName.name(of: video), video.model], [video.json["prompt"]?.string ?? ""], video.id)
            })
    }

    /// One object a line, with the members of the journal's that a server knows.
    static func json(_ videos: [VideoAPI.Video]) -> String {
        videos.map { video in
            let prompt = video.json["prompt"]?.string
            return JSONValue.members([
                "id": .string(video.id), "state": .string(JobStateName.name(of: video)),
                "created": .optional(created(video)?.iso8601), "asked": .string(video.model),
                "seconds": (video.json["seconds"]?.string).flatMap { Double($0) }.map(JSONValue.double),
                "size": .optional(video.json["size"]?.string), "prompt": .optional(prompt), "prompt_sha256": .optional(prompt.map(hash)),
                "error": video.errorMessage.map { message -> JSONValue in
                    ["code": .optional(video.errorCode), "message": .string(message)]
                },
            ]).text
        }.joined(separator: "\n")
    }

    private static func created(_ video: VideoAPI.Video) -> Timestamp? {
        video.json["created_at"]?.int.map { Timestamp(unix: Int64($0)) }
    }

    /// Formats each job as a line of columns, a line of details and its id.
    private static func table(
        _ heads: [String], _ details: [String], jobs: [(columns: [String], details: [String], id: String)]
    ) -> String {
        guard !jobs.isEmpty else { return "no jobs" }
        var (first, second) = (Table(heads: heads), Table(heads: details))
        for job in jobs {
            first.add(cells: job.columns.map { short($0, 34) })
            second.add(cells: job.details.dropLast().map { short($0, 20) } + job.details.suffix(1).map { short($0) })
        }
        let ids = ["ID"] + jobs.map { TerminalText.line($0.id) }
        return zip(zip(first.lines, second.lines), ids).map { "\($0.0)\n  \($0.1)\n  \($1)" }.joined(separator: "\n")
    }

    private static func time(_ moment: Timestamp) -> String { String(moment.iso8601.prefix(19)) + "Z" }
    private static func hash(_ text: String) -> String { Hex.text(SHA256.digest(of: text).bytes) }

    /// On one line, truncated.
    static func short(_ text: String?, _ maxLength: Int = 32) -> String {
        let spaced = (text ?? "").map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined()
        let plain = TerminalText.line(spaced)
        return plain.count > maxLength ? String(plain.prefix(maxLength - 1)) + "…" : plain
    }
}

/// Names the state of a job, from the journal or from a server, in one vocabulary.
enum JobStateName {
    static func name(of state: JobRecord.State) -> String {
        switch state {
        case .intended: "submitting"
        // The journal does not record the progress of a job at its vendor.
        case .accepted: "in_progress"
        case .notSent: "not_sent"
        case .ambiguous: "unknown"
        case .done: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .deleted: "deleted"
        }
    }

    static func name(of video: VideoAPI.Video) -> String {
        switch (video.status, video.errorCode) {
        case ("failed", JobList.ambiguous): "unknown"
        case ("failed", "cancelled"): "cancelled"
        default: video.status
        }
    }
}
