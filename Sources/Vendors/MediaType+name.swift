import Wire

extension MediaType {
    /// The type that the name at the end of a URL's path speaks for: `https://example.com/a.png?x=1`. Nil for unknown endings.
    init?(nameIn url: String) {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpeg
        case "webp": self = .webp
        case "gif": self = "image/gif"
        case "mp4", "m4v": self = .mp4
        case "mov": self = "video/quicktime"
        case "webm": self = "video/webm"
        case "mp3": self = "audio/mpeg"
        case "wav": self = "audio/wav"
        case "m4a": self = "audio/mp4"
        default: return nil
        }
    }

    /// The usual ending of a file of this type, with its dot; empty where there is none.
    var fileEnding: String {
        switch self {
        case .png: ".png"
        case .jpeg: ".jpg"
        case .webp: ".webp"
        case "image/gif": ".gif"
        case .mp4: ".mp4"
        case "video/quicktime": ".mov"
        case "video/webm": ".webm"
        case "audio/mpeg": ".mp3"
        case "audio/wav": ".wav"
        default: ""
        }
    }
}
