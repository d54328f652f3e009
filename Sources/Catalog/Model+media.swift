import Jobs

extension Model {
    /// The names under which a client gives this model its media, one for each kind and part.
    var mediaNames: [String] {
        let limits = acceptsAnything ? [] : media
        let names = limits.map { Model.mediaName($0.kind, $0.role) }
        return acceptsAnything ? Model.allMediaNames : names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static let allMediaNames = ["input_reference", "last_frame", "reference_images", "reference_videos", "audio_url", "video"]

    private static func mediaName(_ kind: InputMedia.Kind, _ role: String) -> String {
        switch (kind, role) {
        case (.image, "first_frame"): "input_reference"
        case (.image, "last_frame"): "last_frame"
        case (.image, "mask"): "mask"
        case (.video, "source"): "video"
        case (.audio, "audio"): "audio_url"
        default: "reference_\(kind.rawValue)s"
        }
    }
}
