import Jobs

/// A value in a job that the model does not support: a fault, or a warning if the job is adapted.
struct Violation {
    let param: String
    /// The requested value; empty for a parameter that is dropped.
    let value: String
    let message: String
    private let code: String
    private let messageOmitsParam: Bool

    /// A value that the model does not list, in OpenAI's sentence, which clients match on:
    /// `Invalid value: '5'. Supported values are: '4', '8', and '12'.`
    /// - Parameters:
    ///   - accepted: the accepted values as a text.
    ///   - condition: ` with size '1280x720'`, where another value decides which ones are accepted.
    static func invalidValue(_ param: String, _ value: String, accepted: String, condition: String = "") -> Violation {
        Violation(
            param: param, value: value, message: "Invalid value: '\(value.prefix(100))'. Supported values are: \(accepted)\(condition).",
            code: "invalid_value",
            messageOmitsParam: true)
    }

    /// A parameter that the model does not have.
    static func unsupported(_ param: String, _ message: String) -> Violation {
        Violation(param: param, value: "", message: message, code: "unsupported", messageOmitsParam: false)
    }

    var fault: Fault {
        var fault = Fault(.unsupported, message, param: param, code: code)
        fault.messageOmitsParam = messageOmitsParam
        return fault
    }

    /// Values in a message: `'4', '8', and '12'`.
    static func list(_ values: [String]) -> String {
        let quoted = values.map { "'\($0)'" }
        switch quoted.count {
        case 0: return "none"
        case 1: return quoted[0]
        case 2: return "\(quoted[0]) and \(quoted[1])"
        default: return quoted.dropLast().joined(separator: ", ") + ", and " + quoted[quoted.count - 1]
        }
    }
}
