import Jobs
import Wire

/// Reads single facts of a model from a catalog file.
enum LimitReader {
    /// The values of `Model.fields`.
    static let fields = Parameter.optional.map(\.name) + ["previous", "subjects"]
    /// The facts that rules may depend on.
    static let facts = ["mode", "tier", "ratio", "size", "seconds", "fps", "audio"]

    /// `5` (every video is that long), `"any"`, `"source"` (as long as the input), `"auto"` (the model decides),
    /// `[4, 6, 8, "auto"]`, or `{"from": 3, "to": 15, "step": 1, "auto": true}`.
    static func durations(_ node: LocatedJSON) throws(CatalogError) -> Model.Durations {
        switch node.json.string {
        case nil: break
        case "any": return .any
        case "source": return .source
        case "auto": return .automatic
        case let word?:
            throw node.catalogError(
                "'\(word)' is none of any, source, auto." + Suggestion.question(for: word, among: ["any", "source", "auto"]))
        }
        if let seconds = node.json.double { return .fixed(seconds) }
        if node.json.kind == .object {
            let members = try node.members(known: ["from", "to", "step", "auto"])
            guard let from = try members["from"]?.number(), let to = try members["to"]?.number(), from <= to else {
                throw node.catalogError("a range needs 'from' and 'to'")
            }
            return .range(from...to, step: try members["step"]?.number() ?? 1, automatic: try members["auto"]?.flag() ?? false)
        }
        var values: [Double] = []
        var automatic = false
        for element in try node.list() {
            if element.json.string == "auto" { automatic = true } else { values.append(try element.number()) }
        }
        guard !values.isEmpty else { throw node.catalogError("needs at least one duration") }
        return .list(values.sorted(), automatic: automatic)
    }

    static func size(_ node: LocatedJSON) throws(CatalogError) -> Size {
        guard let size = Size(try node.string()) else { throw node.catalogError("must be a size such as 1280x720") }
        return size
    }

    static func resolution(_ node: LocatedJSON) throws(CatalogError) -> Resolution {
        guard let resolution = Resolution(try node.string()) else { throw node.catalogError("must be a resolution such as 720p or 4k") }
        return resolution
    }

    static func aspectRatio(_ node: LocatedJSON) throws(CatalogError) -> AspectRatio {
        guard let aspectRatio = AspectRatio(try node.string()) else { throw node.catalogError("must be a ratio such as 16:9, or adaptive") }
        return aspectRatio
    }

    /// `true` for the seeds that every vendor takes, or `[minimum, maximum]`.
    static func seeds(_ node: LocatedJSON) throws(CatalogError) -> ClosedRange<Int64>? {
        if let flag = node.json.bool { return flag ? 0...Int64(Int32.max) : nil }
        let bounds = try node.list()
        guard bounds.count == 2, let lower = bounds[0].json.int, let upper = bounds[1].json.int, lower <= upper else {
            throw node.catalogError("must be true, or the lowest and the highest seed")
        }
        return Int64(lower)...Int64(upper)
    }

    static func defaults(_ node: LocatedJSON) throws(CatalogError) -> Model.Defaults {
        let names = ["seconds", "size", "tier", "ratio", "audio"]
        let members = try node.members(known: names + ["uncertain", "source"])
        var defaults = Model.Defaults()
        for node in try members["uncertain"]?.list() ?? [] {
            let name = try node.string()
            guard names.contains(name) else {
                throw node.catalogError("'\(name)' is not a default." + Suggestion.question(for: name, among: names))
            }
            defaults.uncertain.insert(name)
        }
        defaults.seconds = try members["seconds"]?.number()
        if let node = members["size"] { defaults.frameFormat.size = try size(node) }
        if let node = members["tier"] { defaults.frameFormat.resolution = try resolution(node) }
        if let node = members["ratio"] { defaults.frameFormat.aspectRatio = try aspectRatio(node) }
        defaults.audio = try members["audio"]?.flag()
        return defaults
    }

    /// `"image reference": 9` or `"video source": {"most": 1, "mb": 50, "types": ["video/mp4"], "seconds": 30}`.
    static func media(_ name: String, _ node: LocatedJSON) throws(CatalogError) -> Model.MediaLimit {
        let roles = ["first_frame", "last_frame", "keyframe", "reference", "source", "audio", "mask"]
        let words = name.split(separator: " ").map(String.init)
        guard words.count == 2, let kind = InputMedia.Kind(rawValue: words[0]), roles.contains(words[1]) else {
            throw node.catalogError("must be named by a kind (image, video, audio) and a role (\(roles.joined(separator: ", ")))")
        }
        if let maxCount = node.json.int { return Model.MediaLimit(kind: kind, role: words[1], maxCount: maxCount) }
        let members = try node.members(known: ["most", "mb", "types", "seconds"])
        var limit = Model.MediaLimit(kind: kind, role: words[1], maxCount: try members["most"]?.int() ?? 1)
        limit.maxBytes = try members["mb"].map { (mb: LocatedJSON) throws(CatalogError) in
            guard let bytes = Number.truncated(try mb.number() * 1_048_576), bytes > 0 else {
                throw mb.catalogError("must be a number of MiB")
            }
            return bytes
        }
        limit.seconds = try members["seconds"]?.number()
        for node in try members["types"]?.list() ?? [] {
            guard let type = MediaType(field: try node.string()) else { throw node.catalogError("must be a media type such as image/png") }
            limit.types.append(type)
        }
        return limit
    }

    /// The media that modes need, unless the file says more.
    static func impliedMedia(by: Set<Model.Mode>) -> [Model.MediaLimit] {
        var limits: [Model.MediaLimit] = []
        if !by.isDisjoint(with: [.image, .firstLast]) { limits.append(.init(kind: .image, role: "first_frame", maxCount: 1)) }
        if !by.isDisjoint(with: [.lastOnly, .firstLast]) { limits.append(.init(kind: .image, role: "last_frame", maxCount: 1)) }
        if !by.isDisjoint(with: [.edit, .extend, .remix, .retake, .reframe, .hdr]) {
            limits.append(.init(kind: .video, role: "source", maxCount: 1))
        }
        if by.contains(.audio) { limits.append(.init(kind: .audio, role: "audio", maxCount: 1)) }
        return limits
    }

    /// `{"when": {"tier": "4k"}, "then": {"seconds": [8]}}`: one rule for each member of `then`.
    static func rules(_ node: LocatedJSON) throws(CatalogError) -> [Model.Rule] {
        let members = try node.members(known: ["when", "then"])
        guard let when = members["when"], let then = members["then"] else { throw node.catalogError("a rule needs 'when' and 'then'") }
        let cause = try condition(when)
        return try condition(then).sorted { $0.key < $1.key }.map { Model.Rule(when: cause, field: $0.key, allowed: $0.value) }
    }

    static func condition(_ node: LocatedJSON, facts: [String] = LimitReader.facts) throws(CatalogError) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for (name, value) in try node.members(known: facts) { result[name] = try value.words() }
        return result
    }
}
