import Jobs
import Wire

/// File names for videos: short, of letters, digits and hyphens, with the extension of the media type.
enum ClipName {
    /// `a-red-kite-over-a-sea-cliff-3f9a2b.mp4`. Without the model's name, which could reveal the vendor.
    static func file(prompt: String?, id: String, kind: Asset.Kind, type: MediaType) -> String {
        let words = prompt.map(slug) ?? ""
        let part = kind == .video ? "" : "-" + kind.rawValue.replacing("_", with: "-")
        return "\(words.isEmpty ? "video" : words)-\(suffix(of: id))\(part).\(ending(of: type))"
    }

    /// The last segment of a link. It contains nothing of the prompt, because URLs get into logs.
    static func link(to id: String) -> String { "video-\(suffix(of: id)).mp4" }

    /// `inline; filename="…"`, or `attachment` if the client asks for a download (RFC 6266).
    static func disposition(_ name: String, query: Query) -> String {
        let isDownload = query["download"].map { !["0", "false", "no"].contains($0.lowercased()) } ?? false
        return "\(isDownload ? "attachment" : "inline"); filename=\"\(name)\""
    }

    /// The first words of a prompt, up to `longest` characters.
    private static func slug(_ prompt: String) -> String {
        var name = ""
        for word in prompt.utf8.prefix(400).split(whereSeparator: { !isPlain($0) }) {
            guard name.utf8.count + word.count < longest else { break }
            if !name.isEmpty { name += "-" }
            name += String(decoding: word, as: UTF8.self).lowercased()
        }
        return name
    }

    /// Six characters that distinguish two videos.
    private static func suffix(of id: String) -> String { String(decoding: Bytes(id.utf8.filter(isPlain).suffix(6)), as: UTF8.self) }

    private static func isPlain(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) }

    private static let longest = 48

    private static func ending(of type: MediaType) -> String {
        switch type {
        case .mp4: "mp4"
        case .mov: "mov"
        case .webm: "webm"
        case .mkv: "mkv"
        case .avi: "avi"
        case .threeGPP: "3gp"
        case .oggVideo: "ogv"
        case .png: "png"
        case .jpeg: "jpg"
        case .webp: "webp"
        case .gif: "gif"
        case .avif: "avif"
        case .mp3: "mp3"
        case .wav, "audio/x-wav": "wav"
        case .m4a: "m4a"
        case .aac: "aac"
        case .ogg: "ogg"
        case .flac: "flac"
        default: type.isVideo ? "mp4" : "bin"
        }
    }
}
