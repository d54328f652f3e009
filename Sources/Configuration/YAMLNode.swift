/// One value of a YAML text with its location.
struct YAMLNode: Sendable {
    enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case map([Entry])
    }

    struct Entry: Sendable {
        var key: String
        var location: SettingLocation
        var value: YAMLNode
    }

    var location: SettingLocation
    var content: Content
    /// Whether variables in the text are expanded; false for flags and environment variables.
    var isExpandable = true

    /// Whether the value is missing or `null`.
    var isEmpty: Bool {
        if case .scalar(let text, isPlain: true) = content { return ["", "~", "null"].contains(text) }
        return false
    }

    /// Whether the value is the word `none`, which confirms an omission.
    var isNone: Bool {
        if case .scalar("none", _) = content { return true }
        return false
    }

    /// A description for messages: `a list`, `"abc"`.
    var summary: String {
        switch content {
        case .scalar where isEmpty: "nothing"
        case .scalar(let text, _): text.count > 60 ? "\"\(text.prefix(60))…\"" : "\"\(text)\""
        case .list: "a list"
        case .map: "a map"
        }
    }
}
