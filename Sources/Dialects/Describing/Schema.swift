import Wire

/// Pieces of schemas, each as wide as the reader is that it describes: what it lets through is accepted, and what it does not is refused.
/// In all of them null is the same as nothing, as it is in requests.
enum Schema {
    /// Members with their schemas; those named are needed and are not null then.
    static func object(_ members: KeyValuePairs<String, JSONValue>, needed: [String] = [], _ more: (String, JSONValue)...) -> JSONValue {
        var members = members.map { (name: $0.key, value: $0.value) }
        for place in members.indices where needed.contains(members[place].name) { members[place].value = members[place].value.neverNull }
        var schema: [(name: String, value: JSONValue)] = [("type", "object"), ("properties", .object(members))]
        if !needed.isEmpty { schema.append(("required", .array(needed.map(JSONValue.string)))) }
        return .object(schema + more.map { ($0.0, $0.1) })
    }

    /// The body of a request for a job. Whatever another of the APIs calls a thing is read as well, and named, though not as a member: two
    /// names for one thing must not say different things.
    static func job(_ members: KeyValuePairs<String, JSONValue>, needed: [String] = [], _ more: (String, JSONValue)...) -> JSONValue {
        job(members, needed, count: count, more: more)
    }

    /// The same where the answer has room for one clip.
    static func single(_ members: KeyValuePairs<String, JSONValue>, needed: [String] = [], _ more: (String, JSONValue)...) -> JSONValue {
        job(members, needed, count: one, more: more)
    }

    private static func job(
        _ members: KeyValuePairs<String, JSONValue>, _ needed: [String], count: JSONValue, more: [(String, JSONValue)]
    ) -> JSONValue {
        var schema = object(members, needed: needed)
        var filled = needed
        if case .array(let names)? = more.first(where: { $0.0 == "required" })?.1 {
            filled += names.compactMap { if case .string(let name) = $0 { name } else { nil } }
        }
        for (name, member) in members where !filled.contains(name) { schema["properties"]?[name] = orBlank(member) }
        let others = KnownParameter.byClientName.keys.filter { name in name != "n" && !members.contains { $0.key == name } }
        schema["properties"]?["n"] = count
        schema["description"] = .string("Names of other APIs are read as well: " + others.sorted().joined(separator: ", ") + ".")
        for (name, value) in more { schema[name] = value }
        return schema
    }

    /// An optional field that is blank counts as absent.
    private static func orBlank(_ schema: JSONValue) -> JSONValue {
        let blank: JSONValue = ["type": "string", "pattern": "^\\s*$"]
        guard case .array(let choices)? = schema["anyOf"] else { return any(schema, blank) }
        var schema = schema
        schema["anyOf"] = .array(choices + [blank])
        return schema
    }

    static func list(_ schema: JSONValue) -> JSONValue { ["type": "array", "items": schema] }
    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/" + name)] }
    static func enumeration(_ words: [String]) -> JSONValue { ["enum": .array(words.map(JSONValue.string) + [.null])] }
    static func constant(_ word: String) -> JSONValue { ["const": .string(word)] }
    static func any(_ schemas: JSONValue...) -> JSONValue { ["anyOf": .array(schemas)] }

    static func prompt(_ longest: Int) -> JSONValue { ["type": "string", "minLength": 1, "maxLength": .int(Int64(longest))] }
    static let model: JSONValue = ["type": ["string", "null"], "minLength": 1, "example": "test/card"]
    static let text: JSONValue = ["type": ["string", "null"]]
    static let flag: JSONValue = ["enum": [true, false, "true", "false", "True", "False", "1", "0", nil]]

    /// A number, also as a text.
    static func number(from: Double? = nil, to most: Double, texts: String) -> JSONValue {
        var number: JSONValue = ["type": "number", "maximum": .double(most)]
        if let from { number["minimum"] = .double(from) }
        return ["anyOf": [number, ["type": "string", "pattern": .string("^(?:\(texts))$")], ["type": "null"]]]
    }

    /// Seconds as `InputValue.length` reads them.
    static let duration: JSONValue = [
        "anyOf": [
            ["type": "number", "minimum": .double(InputValue.minSeconds), "maximum": .double(InputValue.maxSeconds)],
            ["type": "string", "pattern": "^(?:[1-9][0-9]?|[1-5][0-9]{2}|600|-1|auto)$"], ["const": -1], ["type": "null"],
        ],
        "description": "Seconds; -1 or \"auto\" leaves the length to the model.",
    ]

    static let seed: JSONValue = [
        "anyOf": [
            ["type": "integer", "minimum": -1, "maximum": .int(.max)], ["type": "string", "pattern": "^(?:-1|[0-9]{1,15})$"],
            ["type": "null"],
        ]
    ]
    /// How many clips, for models that make several.
    private static let count = videoCount(10, texts: "[1-9]|10")
    private static let one = videoCount(1, texts: "1")
    private static func videoCount(_ most: Int64, texts: String) -> JSONValue {
        let number: JSONValue = ["type": "integer", "minimum": 1, "maximum": .int(most)]
        return ["anyOf": [number, ["type": "string", "pattern": .string("^(?:\(texts))$")], ["type": "null"]]]
    }
    static let framesPerSecond = number(from: 1, to: InputValue.maxFramesPerSecond, texts: "[1-9]|[1-5][0-9]|60")
    static let guidance = number(from: 0, to: InputValue.maxGuidance, texts: "[0-9]{1,2}")

    /// One of these members at least must be there and say something.
    static func oneOf(_ names: String...) -> (String, JSONValue) {
        let filled: JSONValue = ["type": "string", "minLength": 1]
        return ("anyOf", .array(names.map { ["required": [.string($0)], "properties": .object([($0, filled)])] }))
    }

    /// `1280x720`: even sides up to 3840x2160, lying or standing.
    static let size: JSONValue = [
        "type": ["string", "null"], "pattern": .string("^(?:\(longSide)x\(shortSide)|\(shortSide)x\(longSide))$"), "example": "1280x720",
    ]
    private static let longSide = "(?:(?:[1-9][0-9]|[12][0-9]{2}|3[0-7][0-9]|38[0-3])[02468]|3840)"
    private static let shortSide = "(?:(?:[1-9][0-9]|1[0-9]{2}|20[0-9]|21[0-5])[02468]|2160)"

    static let aspectRatios = ["16:9", "9:16", "1:1", "4:3", "3:4"]
    static let resolutions = ["360p", "480p", "540p", "720p", "1080p"]
    /// Any of the ways in which a frame is written.
    static let frameFormat = any(size, enumeration(aspectRatios + resolutions))

    /// Where a picture, clip or sound is.
    static let media: JSONValue = [
        "type": ["string", "null"], "format": "uri",
        "description": "A public http(s) URL, or a data URI; in forms a file is taken as well.",
        "example": "https://media.example/frame.png",
    ]

    /// The same members for forms, which know no null.
    static func form(_ schema: JSONValue) -> JSONValue {
        var form = schema
        if case .object(let members) = schema["properties"] {
            form["properties"] = .object(members.map { ($0.name, $0.value.neverNull) })
        }
        return form
    }

    // Answers
    static let id: JSONValue = ["type": "string", "pattern": "^video_[A-Za-z0-9_-]+$", "maxLength": 255]
    static let integer: JSONValue = ["type": "integer"]
    static let optionalInteger: JSONValue = ["type": ["integer", "null"]]
    static let string: JSONValue = ["type": "string"]
    static let link: JSONValue = ["type": "string", "pattern": "^https?://[^ ]+$"]
    static let warnings = list(object(["param": string, "message": string], needed: ["param", "message"]))

    /// The list of models that several APIs share.
    static let models: JSONValue = object(["object": constant("list"), "data": list(listedModel)], needed: ["object", "data"])
    static let listedModel: JSONValue = object(
        ["id": string, "object": constant("model"), "created": integer, "owned_by": string],
        needed: ["id", "object", "created", "owned_by"])
}

extension JSONValue {
    /// The same schema for a member that must be there.
    var neverNull: JSONValue {
        var schema = self
        if case .array(let types) = schema["type"], types.count == 2 { schema["type"] = types[0] }
        if schema["enum"] == nil, schema["anyOf"] == nil { return schema }
        if case .array(let choices) = schema["anyOf"] {
            schema["anyOf"] = .array(choices.filter { $0["type"]?.text != "\"null\"" }.map(\.neverNull))
        }
        if case .array(let words) = schema["enum"] { schema["enum"] = .array(words.filter { $0.text != "null" }) }
        return schema
    }
}
