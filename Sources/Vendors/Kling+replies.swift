import Jobs
import Wire

/// What both generations of the API have in common: the envelope `{code, message, request_id, data}` and its codes.
extension Kling {
    /// The name under which a task can be found: the client's own, else the mark of the create.
    static func name(of job: Job) -> String? {
        switch job.extras.first(where: { $0.name == "external_task_id" })?.value {
        case .string(let name): name
        case .parsed(let json): json.string ?? job.correlationID
        default: job.correlationID
        }
    }

    /// The codes of both APIs. Those from 1000 to 1999 are refusals: no task was created, whatever the HTTP status is
    /// (an empty account is a 429). 5001 is maintenance. The reason of a failed task is a sentence only.
    static let errors = ErrorRules(
        messages: ["task_status_msg", "message"], codes: ["code"], successCodes: ["0"],
        rules: [
            .codes("1000", "1001", "1002", "1003", "1004", mean: .credentials), .codes("1103", mean: .rights),
            // Not active; an address that is not on the account's list.
            .codes("1100", "1304", mean: .setup),
            .codes("1101", "1102", mean: .balance),
            // 1203 is said of models, images and jobs alike, in the same words.
            .codes("1200", "1201", "1202", "1203", mean: .invalid),
            .codes("1300", "1301", mean: .moderated), .codes("1302", mean: .rate), .codes("1303", mean: .busy),
            .codes("5000", "5001", mean: .unavailable), .codes("5002", mean: .timeout),
        ],
        refusalProofCodes: (1000...1999).map { String($0) } + ["5001"],
        expiry: [ErrorRules.notFound, .codes("1203", mean: .expired)])
}
