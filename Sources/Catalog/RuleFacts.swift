import Jobs
import Wire

/// A job's values as words, for rules and prices. What the job leaves open is what the model usually makes.
struct RuleFacts {
    private let mode: Model.Mode
    private let expected: Model.Defaults
    private let isAutomatic: Bool
    private let framesPerSecond: Double?

    init(_ checker: JobValidator) {
        mode = checker.mode
        expected = checker.expected
        isAutomatic = checker.job.duration == .automatic
        framesPerSecond = checker.job.framesPerSecond
    }

    subscript(field: String) -> String? {
        switch field {
        case "mode": mode.rawValue
        case "tier": expected.frameFormat.resolution?.text
        case "ratio": expected.frameFormat.aspectRatio?.description
        case "size": expected.frameFormat.size?.description
        case "seconds": isAutomatic ? "auto" : expected.seconds.flatMap(Number.text)
        case "fps": framesPerSecond.flatMap(Number.text)
        case "audio": expected.audio.map { String($0) }
        default: nil
        }
    }

    /// Whether all of it is so. What is not known is not so.
    func satisfy(_ condition: [String: [String]]) -> Bool {
        condition.allSatisfy { field, values in self[field].map(values.contains) ?? false }
    }
}
