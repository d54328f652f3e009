/// How the program ends, for scripts. Told in `--help`.
enum Ending: Int32, Sendable {
    case done = 0
    case jobFailed = 1
    /// Wrong usage, a wrong configuration, input that was refused, or output that cannot be written.
    case badInput = 2
    /// The server, or the vendor behind it, could not be reached or did not work.
    case unreachable = 3
    case moderated = 4
    case interrupted = 130
}

/// Why a command could not do what it was asked to, in words for the person who asked.
struct Complaint: Error {
    var ending: Ending
    var message: String

    init(_ ending: Ending, _ message: String) {
        self.ending = ending
        self.message = message
    }
}
