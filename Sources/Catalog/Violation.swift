import Jobs

/// A value in a job that the model does not support: a fault, or a warning if the job is adapted.
struct Violation {
    let param: String
    /// The requested value; empty for a parameter that is dropped.
    let value: String
    let message: String
    private let code: String
    private let messageOmitsParam: Bool

    /// A value that the model does not list.
    static func invalidValue(_ param: String, _ value: String, accepted: String, condition: String = "") -> Violation {
        Violation(
            param: param, value: value, message: Messages.invalid(value, accepted: accepted, condition: condition), code: "invalid_value",
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
}
