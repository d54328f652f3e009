import Catalog
import Jobs
import Wire

extension DeclaredVendor {
    /// The members of a vendor's file beside those of a catalog file.
    private static let members = [
        "title", "docs", "aliases", "host", "auth", "key", "settings", "headers", "media", "extras", "poll_seconds", "result_hours",
        "trusted_hosts", "refusals", "values", "start", "accepted", "status", "state", "result", "errors", "cancel", "cost",
    ]

    /// Whether a file describes a vendor, and not only models.
    package static func declaresVendor(in file: CatalogFile) -> Bool { (try? JSON(parsing: file.text))?["start"] != nil }

    /// - Throws: the first mistake, with file, line, place and what would be accepted.
    package init(_ file: CatalogFile) throws(CatalogError) {
        let root = try LocatedJSON(file: file)
        let members = try root.members(known: Catalog.members + DeclaredVendor.members)
        let reader = DeclaredVendorReader(settings: try members["settings"]?.members().map(\.name) ?? [])
        card = try reader.card(root, members)
        hosts = try reader.hosts(members["settings"])
        valueMap = try reader.valueMap(members["values"])
        starts = try reader.starts(try root.required("start", in: members))
        let accepted = try reader.accepted(try root.required("accepted", in: members))
        keptFields = accepted.kept
        let kept = ["id"] + keptFields.map(\.name)
        if let name = starts.flatMap(\.keptFields.keys).sorted().first(where: { !kept.dropFirst().contains($0) }) {
            throw try root.required("start", in: members).catalogError("keeps '\(name)', which 'keep' in 'accepted' does not name")
        }
        status = try reader.step(try root.required("status", in: members), known: kept, method: .get)
        let result = try root.required("result", in: members)
        replies = ReplyRules(
            id: accepted.id, state: try reader.state(try root.required("state", in: members)), result: try reader.result(result),
            errors: try reader.errors(members["errors"]))
        resultCall = try reader.step("call", of: result, known: kept)
        content = try reader.step("content", of: result, known: kept)
        cost = try reader.paths(members["cost"])
        cancel = try members["cancel"].map { (node) throws(CatalogError) in try reader.step(node, known: kept, method: .post) }
        try checkCoverage(file, root, members: members)
    }
}

extension LocatedJSON {
    func required(_ name: String, in members: [String: LocatedJSON]) throws(CatalogError) -> LocatedJSON {
        guard let node = members[name] else { throw catalogError("the member '\(name)' is missing") }
        return node
    }

    /// A text alone, or a list of texts.
    func texts() throws(CatalogError) -> [String] {
        if json.kind == .string { return [try string()] }
        var texts: [String] = []
        for element in try list() { texts.append(try element.string()) }
        return texts
    }
}
