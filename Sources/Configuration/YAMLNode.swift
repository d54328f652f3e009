/// One value of a YAML text with the place where it begins.
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
    /// False for text that stands for itself: flags and environment variables are taken as they are.
    var isExpandable = true

    /// Nothing was written, or `null`.
    var isEmpty: Bool {
        if case .scalar(let text, isPlain: true) = content { return ["", "~", "null"].contains(text) }
        return false
    }

    /// The word `none`, which says that leaving something out is meant.
    var isNone: Bool {
        if case .scalar("none", _) = content { return true }
        return false
    }

    /// What stands there, for messages: `a list`, `"abc"`.
    var summary: String {
        switch content {
        case .scalar where isEmpty: "nothing"
        case .scalar(let text, _): text.count > 60 ? "\"\(text.prefix(60))…\"" : "\"\(text)\""
        case .list: "a list"
        case .map: "a map"
        }
    }
}
