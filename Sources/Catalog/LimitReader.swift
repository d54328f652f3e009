import Jobs
import Wire

/// Reads single facts of a model out of a catalog file.
enum LimitReader {
    /// The neutral fields that a model may or may not take.
    static let fields = ["camera_motion", "style", "guidance", "watermark", "enhance_prompt", "multi_shot", "count", "previous", "subjects"]
    /// What rules may depend on.
    static let facts = ["mode", "tier", "ratio", "size", "seconds", "fps", "audio"]

    /// `5` (every clip is that long), `"any"`, `"source"` (as long as what was given), `"auto"` (the model decides),
    /// `[4, 6, 8, "auto"]`, or `{"from": 3, "to": 15, "step": 1, "auto": true}`.
    static func durations(_ spot: Spot) throws(CatalogMistake) -> Model.Durations {
        switch spot.json.string {
        case nil: break
        case "any": return .any
        case "source": return .source
        case "auto": return .automatic
        case let word?: throw spot.mistake("'\(word)' is none of any, source, auto." + Spelling.hint(word, ["any", "source", "auto"]))
        }
        if let seconds = spot.json.double { return .fixed(seconds) }
        if spot.json.kind == .object {
            let members = try spot.members(known: ["from", "to", "step", "auto"])
            guard let from = try members["from"]?.number(), let to = try members["to"]?.number(), from <= to else {
                throw spot.mistake("a range needs 'from' and 'to'")
            }
            return .range(from...to, step: try members["step"]?.number() ?? 1, automatic: try members["auto"]?.flag() ?? false)
        }
        var values: [Double] = []
        var automatic = false
        for element in try spot.list() {
            if element.json.string == "auto" { automatic = true } else { values.append(try element.number()) }
        }
        guard !values.isEmpty else { throw spot.mistake("names no duration") }
        return .list(values.sorted(), automatic: automatic)
    }

    static func size(_ spot: Spot) throws(CatalogMistake) -> Size {
        guard let size = Size(try spot.string()) else { throw spot.mistake("must be a size such as 1280x720") }
        return size
    }

    static func tier(_ spot: Spot) throws(CatalogMistake) -> Tier {
        guard let tier = Tier(try spot.string()) else { throw spot.mistake("must be a resolution such as 720p or 4k") }
        return tier
    }

    static func ratio(_ spot: Spot) throws(CatalogMistake) -> Ratio {
        guard let ratio = Ratio(try spot.string()) else { throw spot.mistake("must be a ratio such as 16:9, or adaptive") }
        return ratio
    }

    /// `true` for the seeds that every vendor takes, or `[least, greatest]`.
    static func seeds(_ spot: Spot) throws(CatalogMistake) -> ClosedRange<Int64>? {
        if let flag = spot.json.bool { return flag ? 0...Int64(Int32.max) : nil }
        let bounds = try spot.list()
        guard bounds.count == 2, let least = bounds[0].json.int, let greatest = bounds[1].json.int, least <= greatest else {
            throw spot.mistake("must be true, or the least and the greatest seed")
        }
        return Int64(least)...Int64(greatest)
    }

    static func usual(_ spot: Spot) throws(CatalogMistake) -> Model.Usual {
        let names = ["seconds", "size", "tier", "ratio", "audio"]
        let members = try spot.members(known: names + ["uncertain", "source"])
        var usual = Model.Usual()
        for spot in try members["uncertain"]?.list() ?? [] {
            let name = try spot.string()
            guard names.contains(name) else { throw spot.mistake("'\(name)' is no usual value." + Spelling.hint(name, names)) }
            usual.uncertain.insert(name)
        }
        usual.seconds = try members["seconds"]?.number()
        if let spot = members["size"] { usual.shape.size = try size(spot) }
        if let spot = members["tier"] { usual.shape.tier = try tier(spot) }
        if let spot = members["ratio"] { usual.shape.ratio = try ratio(spot) }
        usual.audio = try members["audio"]?.flag()
        return usual
    }

    /// `"image reference": 9` or `"video source": {"most": 1, "mb": 50, "types": ["video/mp4"], "seconds": 30}`.
    static func media(_ name: String, _ spot: Spot) throws(CatalogMistake) -> Model.MediaLimit {
        let roles = ["first_frame", "last_frame", "keyframe", "reference", "source", "audio", "mask"]
        let words = name.split(separator: " ").map(String.init)
        guard words.count == 2, let kind = Medium.Kind(rawValue: words[0]), roles.contains(words[1]) else {
            throw spot.mistake("must be named by a kind (image, video, audio) and a role (\(roles.joined(separator: ", ")))")
        }
        if let most = spot.json.int { return Model.MediaLimit(kind: kind, role: words[1], most: most) }
        let members = try spot.members(known: ["most", "mb", "types", "seconds"])
        var limit = Model.MediaLimit(kind: kind, role: words[1], most: try members["most"]?.int() ?? 1)
        limit.bytes = try members["mb"].map { (mb: Spot) throws(CatalogMistake) in
            guard let bytes = Number.truncated(try mb.number() * 1_048_576), bytes > 0 else { throw mb.mistake("must be a number of MiB") }
            return bytes
        }
        limit.seconds = try members["seconds"]?.number()
        for spot in try members["types"]?.list() ?? [] {
            guard let type = MediaType(field: try spot.string()) else { throw spot.mistake("must be a media type such as image/png") }
            limit.types.append(type)
        }
        return limit
    }

    /// What a mode needs where the file says nothing more.
    static func mediaOf(modes: Set<Model.Mode>) -> [Model.MediaLimit] {
        var limits: [Model.MediaLimit] = []
        if !modes.isDisjoint(with: [.image, .firstLast]) { limits.append(.init(kind: .image, role: "first_frame", most: 1)) }
        if !modes.isDisjoint(with: [.lastOnly, .firstLast]) { limits.append(.init(kind: .image, role: "last_frame", most: 1)) }
        if !modes.isDisjoint(with: [.edit, .extend, .remix, .retake, .reframe, .hdr]) {
            limits.append(.init(kind: .video, role: "source", most: 1))
        }
        if modes.contains(.audio) { limits.append(.init(kind: .audio, role: "audio", most: 1)) }
        return limits
    }

    /// `{"when": {"tier": "4k"}, "then": {"seconds": [8]}}`: one rule for each member of `then`.
    static func rules(_ spot: Spot) throws(CatalogMistake) -> [Model.Rule] {
        let members = try spot.members(known: ["when", "then"])
        guard let when = members["when"], let then = members["then"] else { throw spot.mistake("a rule needs 'when' and 'then'") }
        let cause = try condition(when)
        return try condition(then).sorted { $0.key < $1.key }.map { Model.Rule(when: cause, field: $0.key, allowed: $0.value) }
    }

    static func condition(_ spot: Spot, facts: [String] = LimitReader.facts) throws(CatalogMistake) -> [String: [String]] {
        var result: [String: [String]] = [:]
        for (name, value) in try spot.members(known: facts) { result[name] = try value.words() }
        return result
    }
}
