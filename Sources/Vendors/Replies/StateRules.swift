import Wire

/// Where a reply names the state of a job, and what the vendor's words for it mean.
struct StateRules: Sendable {
    enum Meaning: String, Sendable, CaseIterable { case queued, running, done, failed, cancelled, expired, moderated }

    var paths: [JSONPath]
    var words: [String: Meaning]
    /// Words that are the vendor's code for the end of a job, where the reply has no other.
    var reportedWords: Set<String>
    var percent: [JSONPath]
    /// The number that means complete: 100, or 1.
    var percentScale: Double

    init(
        at paths: [JSONPath] = ["status"], _ words: [Meaning: [String]], reported: Set<String> = [], percent: [JSONPath] = [],
        of percentScale: Double = 100
    ) {
        self.paths = paths
        self.words = [:]
        for (meaning, words) in words { for word in words { self.words[word] = meaning } }
        reportedWords = reported
        self.percent = percent
        self.percentScale = percentScale
    }
}
