import Catalog
import Jobs
import Wire

extension DeclaredVendorReader {
    func card(_ root: LocatedJSON, _ members: [String: LocatedJSON]) throws(CatalogError) -> VendorCard {
        let nameNode = try root.required("vendor", in: members)
        let name = try nameNode.string()
        guard DeclaredVendorReader.isName(name) else { throw nameNode.catalogError("must be small letters, digits and '-'") }
        let hostNode = try root.required("host", in: members)
        let host = try hostNode.string()
        guard DeclaredVendorReader.isHost(host) else {
            throw hostNode.catalogError(DeclaredVendorReader.hostProblem)
        }
        let (title, docs) = (try members["title"]?.string(), try members["docs"]?.string())
        let scheme = try auth(members["auth"])
        let keys = try members["key"]?.texts() ?? []
        var card = VendorCard(
            name: name, title: title ?? name, docs: docs ?? host, host: host, auth: scheme,
            secrets: scheme == .none ? [:] : ["api_key": keys])
        card.aliases = try members["aliases"]?.texts() ?? []
        for (name, node) in try members["settings"]?.members() ?? [] { card.settings.append(try setting(name, node)) }
        for (name, node) in try members["headers"]?.members() ?? [] { card.headers.append((try header(name, node), try node.string())) }
        card.transports = try transports(members["media"])
        card.extras = Set(try members["extras"]?.texts() ?? [])
        if let node = members["poll_seconds"] {
            let seconds = try node.number()
            guard (0.5...600).contains(seconds), let interval = Number.duration(seconds: seconds) else {
                throw node.catalogError("must be a number of seconds from 0.5 to 600")
            }
            card.pollInterval = interval
        }
        if let node = members["result_hours"] {
            guard let life = Number.duration(seconds: try node.number() * 3600), life > .zero else {
                throw node.catalogError("must be a number of hours")
            }
            card.resultTTL = life
        }
        card.trustedHosts = try members["trusted_hosts"]?.texts() ?? []
        for node in try members["refusals"]?.list() ?? [] { card.refusalStatuses.insert(try node.int()) }
        return card
    }

    private static func isName(_ text: String) -> Bool {
        text.first?.isLetter == true && text.utf8.count <= 64
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isHost(_ text: String) -> Bool {
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.hasSuffix("/") else { return false }
        return text.contains("{") || URLText(text) != nil
    }

    /// `"bearer"`, `"none"`, `{"header": "x-api-key", "prefix": ""}` or `{"body": "api_key"}`.
    private func auth(_ node: LocatedJSON?) throws(CatalogError) -> AuthScheme {
        guard let node else { return .bearer }
        if node.json.kind == .string { return try node.one(of: ["bearer", "none"]) == "bearer" ? .bearer : .none }
        let members = try node.members(known: ["header", "prefix", "body"])
        if let body = members["body"] { return .bodyMember(try body.string()) }
        guard let name = members["header"] else {
            throw node.catalogError("must be \"bearer\", \"none\", {\"header\", \"prefix\"} or {\"body\"}")
        }
        return .header(try header(try name.string(), name), prefix: try members["prefix"]?.string() ?? "")
    }

    private func setting(_ name: String, _ node: LocatedJSON) throws(CatalogError) -> VendorCard.Setting {
        let members = try node.members(known: ["environment", "fallback", "choices", "hosts"])
        return VendorCard.Setting(
            name, environment: try members["environment"]?.texts() ?? [], fallback: try members["fallback"]?.string(),
            choices: try members["choices"]?.texts() ?? [])
    }

    /// The hosts that values of a setting stand for: `{"cn": "https://api.vendor.cn"}`.
    func hosts(_ settings: LocatedJSON?) throws(CatalogError) -> [String: [String: String]] {
        var hosts: [String: [String: String]] = [:]
        for (name, node) in try settings?.members() ?? [] {
            let members = try node.members(known: ["environment", "fallback", "choices", "hosts"])
            let choices = try members["choices"]?.texts() ?? []
            for (choice, host) in try members["hosts"]?.members(known: choices) ?? [:] {
                guard DeclaredVendorReader.isHost(try host.string()) else { throw host.catalogError(DeclaredVendorReader.hostProblem) }
                hosts[name, default: [:]][choice] = try host.string()
            }
        }
        return hosts
    }

    private static let hostProblem = "must be a URL such as https://api.acme.example/v1, without a slash at its end"

    /// `{"image": ["url", "inline"], "video": ["url"]}`.
    private func transports(_ node: LocatedJSON?) throws(CatalogError) -> [InputMedia.Kind: Transports] {
        guard let node else { return [.image: .url, .video: .url, .audio: .url] }
        var result: [InputMedia.Kind: Transports] = [:]
        let kinds = InputMedia.Kind.allCases.map(\.rawValue)
        for (name, ways) in try node.members(known: kinds) {
            guard let kind = InputMedia.Kind(rawValue: name) else { continue }
            for way in try ways.texts() {
                switch way {
                case "url": result[kind, default: []].insert(.url)
                case "inline": result[kind, default: []].insert(.inline)
                default:
                    throw ways.catalogError("'\(way)' is none of url, inline." + Suggestion.question(for: way, among: ["url", "inline"]))
                }
            }
        }
        return result
    }
}
