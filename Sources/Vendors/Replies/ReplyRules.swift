/// How one vendor's replies are read, as data. A vendor in Swift writes it down, a declared vendor reads it from its JSON file.
struct ReplyRules: Sendable {
    /// The places of the job's id in the reply to a start call.
    var id: [JSONPath] = ["id"]
    /// The part of a status reply that is about the job; the whole reply where it has no such member.
    var task: [JSONPath] = []
    /// In `task`.
    var state: StateRules
    /// In `task`.
    var result = ResultRules()
    var errors = ErrorRules()
}
