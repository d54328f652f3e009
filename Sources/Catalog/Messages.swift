/// Sentences that clients match on, in the words that the OpenAI API used:
/// `LoadError value: '5'. Supported values are: '4', '8', and '12'.`
enum Messages {
    /// `'4', '8', and '12'`
    static func list(_ values: [String]) -> String {
        let quoted = values.map { "'\($0)'" }
        switch quoted.count {
        case 0: return "none"
        case 1: return quoted[0]
        case 2: return "\(quoted[0]) and \(quoted[1])"
        default: return quoted.dropLast().joined(separator: ", ") + ", and " + quoted[quoted.count - 1]
        }
    }

    static func invalid(_ value: String, accepted: String, condition: String = "") -> String {
        "Invalid value: '\(value.prefix(100))'. Supported values are: \(accepted)\(condition)."
    }
}
