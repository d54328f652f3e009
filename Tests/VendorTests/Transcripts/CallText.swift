import Jobs
import Wire

/// A call as the lines that a transcript has for it, so that the two can be compared and their difference shown.
enum CallText {
    static func lines(of call: Call, card: VendorCard, secrets: [String: String], settings: [String: String]) -> [String] {
        var lines = ["\(call.method) \(url(of: call, card, settings))"]
        lines += query(call.query)
        lines += headers(of: call, card, secrets).sorted()
        switch call.body {
        case .none: break
        case .json(let value): lines += canonical(keyed(value, card: card, secrets: secrets).text)
        case .form(let form): lines += query(form).map { "form " + $0 }
        case .multipart(let parts): lines += canonical(JSONValue.array(parts.map(json)).text)
        case .bytes(_, let bytes): lines += canonical(JSONValue.object([("base64", .base64(bytes))]).text)
        }
        return lines
    }

    static func lines(of section: Transcript.Section) -> [String] {
        let target = section.head.first ?? ""
        let halves = target.split(separator: "?", maxSplits: 1).map(String.init)
        var lines = [halves.first ?? ""]
        if halves.count > 1 { lines += query(Query(parsing: Bytes(halves[1].utf8)[...])) }
        lines += section.head.dropFirst().sorted()
        guard section.body.contains(where: { !$0.isWhitespace }) else { return lines }
        if section.head.contains("content-type: \(MediaType.form)") {
            let body = section.body.split(whereSeparator: \.isWhitespace).joined()
            return lines + query(Query(parsing: Bytes(body.utf8)[...])).map { "form " + $0 }
        }
        return lines + canonical(section.body)
    }

    /// JSON as one line a value, members sorted, nulls left out, numbers in one spelling.
    static func canonical(_ text: String) -> [String] {
        guard let json = try? JSON(parsing: text) else { return ["not JSON: \(text)"] }
        return flattened(json, at: "$")
    }

    private static func flattened(_ json: JSON, at place: String) -> [String] {
        switch json.kind {
        case .null: []
        case .object:
            json.count == 0
                ? ["\(place) = {}"] : json.members.sorted { $0.name < $1.name }.flatMap { flattened($0.value, at: "\(place).\($0.name)") }
        case .array: json.count == 0 ? ["\(place) = []"] : json.elements.enumerated().flatMap { flattened($1, at: "\(place)[\($0)]") }
        case .string: ["\(place) = \"\(json.string ?? "")\""]
        case .number: ["\(place) = \(json.double.flatMap(Number.text) ?? "")"]
        case .bool: ["\(place) = \(json.bool ?? false)"]
        }
    }

    private static func url(of call: Call, _ card: VendorCard, _ settings: [String: String]) -> String {
        switch call.target {
        case .foreign(let url, _): String(url.prefix { $0 != "?" })
        case .path(let host, let path): filled((card.hosts[host] ?? "?") + path, settings)
        }
    }

    private static func filled(_ text: String, _ settings: [String: String]) -> String {
        settings.reduce(text) { text, setting in
            text.split(separator: "{\(setting.key)}", omittingEmptySubsequences: false).joined(separator: setting.value)
        }
    }

    private static func query(_ query: Query) -> [String] { query.items.map { "?\($0.name)=\($0.value)" }.sorted() }

    private static func headers(of call: Call, _ card: VendorCard, _ secrets: [String: String]) -> [String] {
        var headers = (card.headers + call.headers).map { "\($0.name): \($0.value)" }
        var isTrusted = true
        if case .foreign(_, let credentials) = call.target { isTrusted = credentials }
        switch card.auth {
        case .bearer where isTrusted: headers += secrets["api_key"].map { ["authorization: Bearer \($0)"] } ?? []
        case .header(let name, let prefix) where isTrusted: headers += secrets["api_key"].map { ["\(name): \(prefix)\($0)"] } ?? []
        default: break
        }
        switch call.body {
        case .none: break
        case .json: headers.append("content-type: application/json")
        case .form: headers.append("content-type: application/x-www-form-urlencoded")
        case .multipart: headers.append("content-type: multipart/form-data")
        case .bytes(let type, _): headers.append("content-type: \(type)")
        }
        return headers
    }

    /// The body with the key in it, where that is its place.
    private static func keyed(_ body: JSONValue, card: VendorCard, secrets: [String: String]) -> JSONValue {
        guard case .bodyMember(let name) = card.auth, let key = secrets["api_key"] else { return body }
        var body = body
        body[name] = .string(key)
        return body
    }

    private static func json(_ part: Call.Part) -> JSONValue {
        switch part {
        case .text(let name, let text): ["name": .string(name), "text": .string(text)]
        case .file(let name, let file, let type, let bytes):
            ["name": .string(name), "file": .string(file), "type": .string(type.text), "base64": .base64(bytes)]
        }
    }
}
