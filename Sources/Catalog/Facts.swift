import Jobs
import Wire

/// A job's values as words, for rules and prices. What the job leaves open is what the model usually makes.
struct Facts {
    private var words: [String: String]

    init(_ checker: Checker) {
        let expected = checker.expected
        words = ["mode": checker.mode.rawValue]
        words["tier"] = expected.shape.tier?.text
        words["ratio"] = expected.shape.ratio?.description
        words["size"] = expected.shape.size?.description
        words["seconds"] = checker.job.duration == .automatic ? "auto" : expected.seconds.flatMap(Number.text)
        words["fps"] = checker.job.framesPerSecond.flatMap(Number.text)
        words["audio"] = expected.audio.map { String($0) }
    }

    subscript(field: String) -> String? { words[field] }

    /// Whether all of it is so. What is not known is not so.
    func hold(_ condition: [String: [String]]) -> Bool {
        condition.allSatisfy { field, values in words[field].map(values.contains) ?? false }
    }
}
