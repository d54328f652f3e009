/// The exit codes of the program, as listed in `--help`.
enum ExitStatus: Int32, Sendable {
    case success = 0
    case jobFailed = 1
    /// Wrong usage, an invalid configuration, rejected input, or output that cannot be written.
    case badInput = 2
    /// The server, or the vendor behind it, could not be reached or failed.
    case unreachable = 3
    case moderated = 4
    case interrupted = 130
}

/// Why a command failed: a message for the user, and an exit code.
struct CLIError: Error {
    var exitStatus: ExitStatus
    var message: String

    init(_ exitStatus: ExitStatus, _ message: String) {
        self.exitStatus = exitStatus
        self.message = message
    }
}
