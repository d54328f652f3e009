/// How the program ends, for scripts. Told in `--help`.
enum ExitStatus: Int32, Sendable {
    case success = 0
    case jobFailed = 1
    /// Wrong usage, a wrong configuration, input that was refused, or output that cannot be written.
    case badInput = 2
    /// The server, or the vendor behind it, could not be reached or did not work.
    case unreachable = 3
    case moderated = 4
    case interrupted = 130
}

/// Why a command could not do what it was asked to, in words for the person who asked.
struct CLIError: Error {
    var exitStatus: ExitStatus
    var message: String

    init(_ exitStatus: ExitStatus, _ message: String) {
        self.exitStatus = exitStatus
        self.message = message
    }
}
