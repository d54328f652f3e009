/// What the name of a parameter that no table lists says about its meaning.
enum UnknownParameter {
    /// Metadata of the client; the video is the same without it.
    static func isClientMetadata(_ name: String) -> Bool { metadataNames.contains(name.filter { $0 != "_" && $0 != "-" }.lowercased()) }

    /// Metadata that may hold links to pages.
    static func mayHoldLinks(_ name: String) -> Bool { name == "metadata" || name == "user" }

    /// Whether a word of the name means a length, a number of videos, a size, audio, a seed, a frame or a model: without the parameter, the
    /// video would be another one.
    static func changesVideo(_ name: String) -> Bool { words(of: name).contains(where: videoWords.contains) }

    private static let metadataNames: Set<String> = [
        "metadata", "user", "userid", "enduser", "enduserid", "requestid", "clientrequestid", "sessionid", "clientid", "traceid", "title",
        "tags", "labels", "project", "projectid", "safetyidentifier",
    ]

    private static let videoWords: Set<String> = [
        "seconds", "second", "secs", "sec", "duration", "durations", "length", "time", "seed", "seeds", "resolution", "fps", "framerate",
        "frame", "frames", "numframes", "keyframe", "keyframes", "width", "height", "size", "ratio", "aspect", "count", "number", "num",
        "variants", "variations", "samples", "outputs", "batch", "audio", "sound", "mute", "muted", "silent", "voice", "music", "model",
        "first", "last",
    ]

    /// `numberOfVideos` and `number_of_videos` are three words.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLower = false
        for letter in name {
            if !letter.isLetter || (letter.isUppercase && wasLower) {
                words.append(word)
                word = ""
            }
            if letter.isLetter { word += letter.lowercased() }
            wasLower = letter.isLowercase
        }
        return words + [word]
    }
}
