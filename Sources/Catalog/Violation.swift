import Jobs

/// Something in a job that the model cannot do: a refusal or, where it may be adapted, the text of a warning.
struct Violation {
    let param: String
    /// What was asked for, where that is short enough to repeat.
    let value: String
    let message: String
    private let code: String

    /// A value outside the model's list.
    static func invalidValue(_ param: String, _ value: String, accepted: String, condition: String = "") -> Violation {
        Violation(
            param: param, value: value, message: Messages.invalid(value, accepted: accepted, condition: condition), code: "invalid_value")
    }

    /// A field that the model does not have.
    static func unsupported(_ param: String, _ message: String) -> Violation {
        Violation(param: param, value: "", message: message, code: "unsupported")
    }

    var fault: Fault { Fault(.unsupported, message, param: param, code: code) }
}
