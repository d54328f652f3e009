import Catalog
import Jobs
import Wire

extension TaskQueue {
    /// The members of a vendor's file beside those of a catalog file.
    private static let members = [
        "title", "docs", "aliases", "host", "auth", "key", "settings", "headers", "media", "extras", "poll_seconds", "result_hours",
        "trusted_hosts", "refusals", "values", "start", "accepted", "status", "state", "result", "errors", "cancel",
    ]

    /// Whether a file tells of a vendor, and not only of models.
    package static func isTold(in file: CatalogFile) -> Bool { (try? JSON(parsing: file.text))?["start"] != nil }

    /// - Throws: the first mistake, with file, line, place and what would be accepted.
    package init(_ file: CatalogFile) throws(CatalogMistake) {
        let root = try Spot(file: file)
        let members = try root.members(known: Catalog.members + TaskQueue.members)
        let reader = TaskQueueReader(settings: try members["settings"]?.members().map(\.name) ?? [])
        card = try reader.card(root, members)
        spellings = try reader.spellings(members["values"])
        starts = try reader.starts(try root.needed("start", in: members))
        accepted = try reader.accepted(try root.needed("accepted", in: members))
        let kept = accepted.names
        status = try reader.step(try root.needed("status", in: members), known: kept, method: .get)
        state = try reader.state(try root.needed("state", in: members))
        result = try reader.result(try root.needed("result", in: members), known: kept)
        errors = try reader.errors(members["errors"])
        cancel = try members["cancel"].map { (spot) throws(CatalogMistake) in try reader.step(spot, known: kept, method: .post) }
        try checkCoverage(file, root, members)
    }
}

extension Spot {
    func needed(_ name: String, in members: [String: Spot]) throws(CatalogMistake) -> Spot {
        guard let spot = members[name] else { throw mistake("the member '\(name)' is missing") }
        return spot
    }

    /// A text alone, or a list of texts.
    func texts() throws(CatalogMistake) -> [String] {
        if json.kind == .string { return [try string()] }
        var texts: [String] = []
        for element in try list() { texts.append(try element.string()) }
        return texts
    }
}
