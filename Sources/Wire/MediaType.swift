/// A media type without its parameters, in lower case: `video/mp4` (RFC 9110 §8.3.1).
package struct MediaType: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package let text: String

    package init(stringLiteral value: String) { text = value }

    /// Reads the type of a `content-type` field; ignores its parameters.
    package init?(field: String) {
        let type = Headers.trimmed(Bytes(field.utf8.prefix { $0 != UInt8(ascii: ";") })[...])
        guard let slash = type.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let halves = [type[..<slash], type[(slash + 1)...]]
        guard halves.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Headers.isTokenByte) }) else { return nil }
        text = String(decoding: type.map(Headers.lowered), as: UTF8.self)
    }

    /// Whether the `charset` of a content type is UTF-8, or ASCII, its subset.
    package static func isUTF8(charset: String) -> Bool { ["utf-8", "utf8", "us-ascii", "ascii"].contains(charset.lowercased()) }

    package var description: String { text }
    package var isImage: Bool { text.hasPrefix("image/") }
    package var isVideo: Bool { text.hasPrefix("video/") }
    package var isAudio: Bool { text.hasPrefix("audio/") }
    /// Video, audio or a bitmap image, which a browser shows without running scripts. SVG can contain scripts.
    package var isPlainMedia: Bool { (isVideo || isAudio || isImage) && !text.hasSuffix("+xml") && text != "image/svg" }
    /// JSON, XML or HTML: an error page or a description rather than media.
    package var isDocument: Bool {
        ["application/json", "text/html", "application/xml", "text/xml", "application/xhtml+xml", "image/svg"].contains(text)
            || text.hasSuffix("+json") || text.hasSuffix("+xml")
    }

    package static let json: MediaType = "application/json"
    package static let form: MediaType = "application/x-www-form-urlencoded"
    package static let multipart: MediaType = "multipart/form-data"
    package static let bytes: MediaType = "application/octet-stream"
    package static let png: MediaType = "image/png"
    package static let jpeg: MediaType = "image/jpeg"
    package static let webp: MediaType = "image/webp"
    package static let gif: MediaType = "image/gif"
    package static let bmp: MediaType = "image/bmp"
    package static let tiff: MediaType = "image/tiff"
    package static let avif: MediaType = "image/avif"
    package static let heic: MediaType = "image/heic"
    package static let mp4: MediaType = "video/mp4"
    package static let mov: MediaType = "video/quicktime"
    package static let webm: MediaType = "video/webm"
    package static let mkv: MediaType = "video/x-matroska"
    package static let avi: MediaType = "video/x-msvideo"
    package static let threeGPP: MediaType = "video/3gpp"
    package static let oggVideo: MediaType = "video/ogg"
    package static let wav: MediaType = "audio/wav"
    package static let mp3: MediaType = "audio/mpeg"
    package static let aac: MediaType = "audio/aac"
    package static let ogg: MediaType = "audio/ogg"
    package static let flac: MediaType = "audio/flac"
    package static let m4a: MediaType = "audio/mp4"
}
