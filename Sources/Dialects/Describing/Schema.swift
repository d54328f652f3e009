import Jobs
import Wire

/// Parts of schemas. Each allows what its reader accepts, and nothing that its reader refuses. Null always means absent, as in requests.
enum Schema {
    /// An object. Members in `needed` are required and must not be null.
    static func object(_ members: KeyValuePairs<String, JSONValue>, needed: [String] = [], _ more: (String, JSONValue)...) -> JSONValue {
        var members = members.map { (name: $0.key, value: $0.value) }
        for place in members.indices where needed.contains(members[place].name) { members[place].value = members[place].value.neverNull }
        var schema: [(name: String, value: JSONValue)] = [("type", "object"), ("properties", .object(members))]
        if !needed.isEmpty { schema.append(("required", .array(needed.map(JSONValue.string)))) }
        return .object(schema + more.map { ($0.0, $0.1) })
    }

    /// The body of a create request. Other APIs' names for a parameter are accepted too; the description lists them, but they are no
    /// members, since two names of one parameter must not have different values.
    static func job(_ members: KeyValuePairs<String, JSONValue>, needed: [String] = [], _ more: (String, JSONValue)...) -> JSONValue {
        job(members, needed, count: count, more: more)
    }

    /// The same for an API whose response can hold one video.
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
        let others = Parameter.byClientName.keys.filter { name in name != "n" && !members.contains { $0.key == name } }
        schema["properties"]?["n"] = count
        schema["description"] = .string("Names of other APIs are read as well: " + others.sorted().joined(separator: ", ") + ".")
        for (name, value) in more { schema[name] = value }
        return schema
    }

    /// The schema of an optional field, which counts as absent if it is blank.
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

    static func prompt(_ maxLength: Int) -> JSONValue { ["type": "string", "minLength": 1, "maxLength": .int(Int64(maxLength))] }
    static let model: JSONValue = ["type": ["string", "null"], "minLength": 1, "example": "test/card"]
    static let text: JSONValue = ["type": ["string", "null"]]
    static let flag: JSONValue = ["enum": [true, false, "true", "false", "True", "False", "1", "0", nil]]

    /// A number, also as a text.
    static func number(from: Double? = nil, to max: Double, texts: String) -> JSONValue {
        var number: JSONValue = ["type": "number", "maximum": .double(max)]
        if let from { number["minimum"] = .double(from) }
        return ["anyOf": [number, ["type": "string", "pattern": .string("^(?:\(texts))$")], ["type": "null"]]]
    }

    private static func number(of parameter: Parameter, texts: String) -> JSONValue {
        number(from: parameter.range.lowerBound, to: parameter.range.upperBound, texts: texts)
    }

    /// Seconds as `InputValue.duration` reads them.
    static let duration: JSONValue = [
        "anyOf": [
            ["type": "number", "minimum": .double(InputValue.secondsRange.lowerBound), "maximum": .double(InputValue.maxSeconds)],
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
    /// The number of videos.
    private static let count = videoCount(10, texts: "[1-9]|10")
    private static let one = videoCount(1, texts: "1")
    private static func videoCount(_ max: Int64, texts: String) -> JSONValue {
        let number: JSONValue = ["type": "integer", "minimum": 1, "maximum": .int(max)]
        return ["anyOf": [number, ["type": "string", "pattern": .string("^(?:\(texts))$")], ["type": "null"]]]
    }
    static let framesPerSecond = number(of: Parameter.framesPerSecond, texts: "[1-9]|[1-5][0-9]|60")
    static let guidance = number(of: Parameter.guidance, texts: "[0-9]{1,2}")

    /// At least one of these members must be present and not empty.
    static func oneOf(_ names: String...) -> (String, JSONValue) {
        let filled: JSONValue = ["type": "string", "minLength": 1]
        return ("anyOf", .array(names.map { ["required": [.string($0)], "properties": .object([($0, filled)])] }))
    }

    /// `1280x720`: even sides up to 3840x2160, landscape or portrait.
    static let size: JSONValue = [
        "type": ["string", "null"], "pattern": .string("^(?:\(longSide)x\(shortSide)|\(shortSide)x\(longSide))$"), "example": "1280x720",
    ]
    private static let longSide = "(?:(?:[1-9][0-9]|[12][0-9]{2}|3[0-7][0-9]|38[0-3])[02468]|3840)"
    private static let shortSide = "(?:(?:[1-9][0-9]|1[0-9]{2}|20[0-9]|21[0-5])[02468]|2160)"

    static let aspectRatios = ["16:9", "9:16", "1:1", "4:3", "3:4"]
    static let resolutions = ["360p", "480p", "540p", "720p", "1080p"]
    /// A frame in any of its forms.
    static let frameFormat = any(size, enumeration(aspectRatios + resolutions))

    /// An image, video or audio.
    static let media: JSONValue = [
        "type": ["string", "null"], "format": "uri",
        "description": "A public http(s) URL, or a data URI; in forms a file is taken as well.",
        "example": "https://media.example/frame.png",
    ]

    /// The same members for forms, which have no null.
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

    /// The list of models, as several APIs have it.
    static let models: JSONValue = object(["object": constant("list"), "data": list(listedModel)], needed: ["object", "data"])
    static let listedModel: JSONValue = object(
        ["id": string, "object": constant("model"), "created": integer, "owned_by": string],
        needed: ["id", "object", "created", "owned_by"])
}
