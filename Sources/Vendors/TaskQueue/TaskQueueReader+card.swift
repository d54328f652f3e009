import Catalog
import Jobs
import Wire

extension TaskQueueReader {
    func card(_ root: Spot, _ members: [String: Spot]) throws(CatalogMistake) -> VendorCard {
        let nameSpot = try root.needed("vendor", in: members)
        let name = try nameSpot.string()
        guard TaskQueueReader.isName(name) else { throw nameSpot.mistake("must be small letters, digits and '-'") }
        let hostSpot = try root.needed("host", in: members)
        let host = try hostSpot.string()
        guard TaskQueueReader.isHost(host) else {
            throw hostSpot.mistake("must be a URL such as https://api.acme.example/v1, without a slash at its end")
        }
        let (title, docs) = (try members["title"]?.string(), try members["docs"]?.string())
        let scheme = try auth(members["auth"])
        let keys = try members["key"]?.texts() ?? []
        var card = VendorCard(
            name: name, title: title ?? name, docs: docs ?? host, host: host, auth: scheme,
            secrets: scheme == .none ? [:] : ["api_key": keys])
        card.aliases = try members["aliases"]?.texts() ?? []
        for (name, spot) in try members["settings"]?.members() ?? [] { card.settings.append(try setting(name, spot)) }
        for (name, spot) in try members["headers"]?.members() ?? [] { card.headers.append((try header(name, spot), try spot.string())) }
        card.transports = try transports(members["media"])
        card.extras = Set(try members["extras"]?.texts() ?? [])
        if let spot = members["poll_seconds"] {
            let seconds = try spot.number()
            guard (0.5...600).contains(seconds), let interval = Number.duration(seconds: seconds) else {
                throw spot.mistake("must be a number of seconds from 0.5 to 600")
            }
            card.pollInterval = interval
        }
        if let spot = members["result_hours"] {
            guard let life = Number.duration(seconds: try spot.number() * 3600), life > .zero else {
                throw spot.mistake("must be a number of hours")
            }
            card.resultLife = life
        }
        card.trustedHosts = try members["trusted_hosts"]?.texts() ?? []
        for spot in try members["refusals"]?.list() ?? [] { card.refusals.insert(try spot.int()) }
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
    private func auth(_ spot: Spot?) throws(CatalogMistake) -> AuthScheme {
        guard let spot else { return .bearer }
        if spot.json.kind == .string { return try spot.one(of: ["bearer", "none"]) == "bearer" ? .bearer : .none }
        let members = try spot.members(known: ["header", "prefix", "body"])
        if let body = members["body"] { return .bodyMember(try body.string()) }
        guard let name = members["header"] else {
            throw spot.mistake("must be \"bearer\", \"none\", {\"header\", \"prefix\"} or {\"body\"}")
        }
        return .header(try header(try name.string(), name), prefix: try members["prefix"]?.string() ?? "")
    }

    private func setting(_ name: String, _ spot: Spot) throws(CatalogMistake) -> VendorCard.Setting {
        let members = try spot.members(known: ["environment", "fallback", "choices"])
        return VendorCard.Setting(
            name, environment: try members["environment"]?.texts() ?? [], fallback: try members["fallback"]?.string(),
            choices: try members["choices"]?.texts() ?? [])
    }

    /// `{"image": ["url", "inline"], "video": ["url"]}`.
    private func transports(_ spot: Spot?) throws(CatalogMistake) -> [Medium.Kind: Transports] {
        guard let spot else { return [.image: .url, .video: .url, .audio: .url] }
        var result: [Medium.Kind: Transports] = [:]
        let kinds = Medium.Kind.allCases.map(\.rawValue)
        for (name, ways) in try spot.members(known: kinds) {
            guard let kind = Medium.Kind(rawValue: name) else { continue }
            for way in try ways.texts() {
                switch way {
                case "url": result[kind, default: []].insert(.url)
                case "inline": result[kind, default: []].insert(.inline)
                default: throw ways.mistake("'\(way)' is none of url, inline." + Spelling.hint(way, ["url", "inline"]))
                }
            }
        }
        return result
    }
}
