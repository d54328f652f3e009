/// Sentences that clients match on, as OpenAI's API wrote them: `Invalid value: '5'. Supported values are: '4', '8', and '12'.`
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

    /// - Parameters:
    ///   - accepted: the accepted values as a text.
    ///   - condition: ` with size '1280x720'`, where another value decides which ones are accepted.
    static func invalid(_ value: String, accepted: String, condition: String = "") -> String {
        "Invalid value: '\(value.prefix(100))'. Supported values are: \(accepted)\(condition)."
    }
}
