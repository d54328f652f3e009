/// Checks whether a text is a link, path or reference of a file.
struct LinkText {
    /// Up to the first blank, in lower case. Short, because data URIs are handled before.
    private let text: String

    init(_ text: Slice) {
        self.text = String(decoding: text.prefix(LinkText.maxBytes).prefix { $0 > 0x20 }, as: UTF8.self).lowercased()
    }

    func isMedia(_ scope: MediaValue.Scope) -> Bool {
        if let scheme {
            // Clouds and vendors have their own schemes for files: `gs://`, `s3://`, `asset://`.
            if scope == .anyLink || (scheme != "http" && scheme != "https") { return true }
            return hasMediaExtension
        }
        guard scope == .anyLink else { return text.hasPrefix("//") && hasMediaExtension }
        return hasMediaExtension || isUploadReference
    }

    /// The scheme before `://`, if there is one.
    private var scheme: String? {
        guard let colon = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<colon.lowerBound]
        let isScheme =
            !scheme.isEmpty
            && scheme.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "+-.".utf8.contains(byte)
            }
        return isScheme ? String(scheme) : nil
    }

    private var hasMediaExtension: Bool {
        let path = text.prefix { $0 != "?" && $0 != "#" }
        guard let dot = path.lastIndex(of: ".") else { return false }
        return LinkText.extensions.contains(String(path[path.index(after: dot)...]))
    }

    /// `file-Abc123`, `upload_9f2c…`: an id that another API gave to an upload.
    private var isUploadReference: Bool {
        for prefix in ["file", "upload", "asset", "media"] where text.hasPrefix(prefix) {
            let rest = text.dropFirst(prefix.count)
            guard let sign = rest.first, "-_:".contains(sign), rest.count > 6 else { continue }
            if rest.contains(where: \.isNumber) { return true }
        }
        return false
    }

    private static let maxBytes = 8192
    private static let extensions: Set<String> = [
        "png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "svg", "mp4", "m4v", "mov",
        "webm", "mkv", "avi", "3gp", "ogv", "mpg", "mpeg", "wav", "mp3", "aac", "ogg", "oga", "opus", "flac", "m4a", "weba",
    ]
}
