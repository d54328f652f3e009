import Wire

extension JSONValue {
    /// This JSON schema without null, for a required member.
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
