/// What the name of a parameter that no table knows says of its importance.
enum UnknownParameter {
    /// Notes that clients make for themselves; the clip is the same without them.
    static func isClientMetadata(_ name: String) -> Bool { metadataNames.contains(name.filter { $0 != "_" && $0 != "-" }.lowercased()) }

    /// Notes in which people keep the links of pages.
    static func mayHoldLinks(_ name: String) -> Bool { name == "metadata" || name == "user" }

    /// Whether a word of the name means a length, a number of clips, a size, sound, a seed, a frame or a model. Another clip would be made
    /// if it were left out.
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
