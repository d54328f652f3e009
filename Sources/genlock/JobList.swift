import Crypto
import Jobs
import Journal
import Wire

/// Jobs as the journal knows them, for people and for scripts.
struct JobList {
    static let ambiguous = "create_ambiguous"

    private let entries: [Entry]
    private let cards: [String: VendorCard]

    init(_ entries: [Entry], cards: [VendorCard]) {
        self.entries = entries
        self.cards = Dictionary(cards.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var text: String {
        guard !entries.isEmpty else { return "no jobs" }
        var table = Table("CREATED", "OWNER", "STATE", "MODEL", "ACCOUNT", "USD", "PROMPT", "ID")
        for entry in entries {
            table.add(
                JobList.time(entry.created), entry.owner, entry.state.rawValue, entry.vendor + "/" + entry.model, entry.account,
                (entry.settled ?? entry.reserved)?.description ?? "?", JobList.short(entry.prompt), entry.id)
        }
        return table.text
    }

    /// What a person needs to find each job at its vendor, or to see that it is not there.
    var inquiry: String {
        guard !entries.isEmpty else { return "no ambiguous jobs" }
        return entries.map { entry in
            var lines = ["\(entry.vendor)/\(entry.model), created \(JobList.time(entry.created)) for \(entry.owner)"]
            lines.append("account  \(entry.account)")
            if let card = cards[entry.vendor] { lines.append("look at  \(card.dashboard ?? card.docs)") }
            if let trace = entry.trace { lines.append("call     \(trace)") }
            if let prompt = entry.prompt { lines.append("prompt   \(JobList.short(prompt, 100)) (SHA-256 \(JobList.hash(prompt)))") }
            let wish = [entry.operation, entry.seconds.flatMap(Number.text).map { $0 + " s" }, entry.size].compactMap(\.self)
            lines.append("asked    " + wish.joined(separator: ", "))
            if let reserved = entry.reserved { lines.append("cost     \(reserved) USD, counted as spent") }
            if let request = entry.request { lines.append("request  \(request)") }
            lines.append("id       \(entry.id)")
            return lines.joined(separator: "\n  ")
        }.joined(separator: "\n\n")
    }

    /// One object a line.
    var json: String {
        entries.map { entry in
            JSONValue.members([
                "id": .string(entry.id), "owner": .string(entry.owner), "state": .string(entry.state.rawValue),
                "created": .string(entry.created.iso8601), "ended": .optional(entry.ended?.iso8601), "account": .string(entry.account),
                "vendor": .string(entry.vendor), "model": .string(entry.model), "asked": .string(entry.asked),
                "operation": .string(entry.operation), "seconds": entry.seconds.map(JSONValue.double), "size": .optional(entry.size),
                "prompt": .optional(entry.prompt), "prompt_sha256": .optional(entry.prompt.map(JobList.hash)),
                "usd": (entry.settled ?? entry.reserved).map { JSONValue.double($0.dollars) },
                "error": entry.fault.map { fault -> JSONValue in ["code": .optional(fault.code), "message": .string(fault.message)] },
                "trace": .optional(entry.trace), "request_id": .optional(entry.request), "moved": .optional(entry.moved),
                "look_at": .optional(cards[entry.vendor].map { $0.dashboard ?? $0.docs }),
            ]).text
        }.joined(separator: "\n")
    }

    /// The jobs that a server shows.
    static func text(_ videos: [VideoAPI.Video]) -> String {
        guard !videos.isEmpty else { return "no jobs" }
        var table = Table("CREATED", "STATE", "MODEL", "PROMPT", "ID")
        for video in videos {
            let created = video.json["created_at"]?.int.map { time(Timestamp(unix: Int64($0))) } ?? ""
            let state = video.errorCode == ambiguous ? "ambiguous" : video.status
            table.add(created, state, video.model, short(video.json["prompt"]?.string), video.id)
        }
        return table.text
    }

    private static func time(_ moment: Timestamp) -> String { String(moment.iso8601.prefix(19)) + "Z" }
    private static func hash(_ text: String) -> String { Hex.text(SHA256.digest(of: text).bytes) }

    /// On one line, without characters that a terminal obeys.
    static func short(_ text: String?, _ most: Int = 32) -> String {
        let plain = String((text ?? "").unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        return plain.count > most ? String(plain.prefix(most - 1)) + "…" : plain
    }
}
