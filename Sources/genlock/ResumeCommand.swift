import Configuration
import Glibc

/// The command that resumes a job; it can be copied from the terminal and run in any folder.
struct ResumeCommand {
    var url: String?
    /// Whether `--key` was given. The key itself is not printed.
    var hasKey = false
    var config: String?
    var state: String?
    var output: String
    var replacesFile = false

    func text(for id: String) -> String {
        var words = ["genlock", "generate", "--resume", ShellWord.quoted(TerminalText.line(id))]
        if let url { words += ["--url", ShellWord.quoted(url)] }
        if hasKey { words += ["--key", "KEY"] }
        if let config { words += ["--config", ShellWord.quoted(ResumeCommand.absolute(config))] }
        if let state { words += ["--state", ShellWord.quoted(ResumeCommand.absolute(state))] }
        words += ["-o", ShellWord.quoted(output)]
        return (words + (replacesFile ? ["--force"] : [])).joined(separator: " ")
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        let start = String(cString: folder)
        return rest == "." || rest.isEmpty ? start : (start == "/" ? "" : start) + "/" + rest
    }
}

/// The user's state folder, according to the XDG Base Directory Specification.
enum UserStateFolder {
    /// Nil without a home folder. A relative path in `XDG_STATE_HOME` is invalid by the specification.
    static func path(_ environment: Environment) -> String? {
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") { return base + "/genlock" }
        return environment["HOME"].flatMap { $0.hasPrefix("/") ? ($0 == "/" ? "" : $0) + "/.local/state/genlock" : nil }
    }
}

/// Quotes one word of a command line that a user may copy into a shell.
enum ShellWord {
    /// The text itself if no shell interprets it, else in single quotes.
    static func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_./:@%+,-".unicodeScalars.contains(scalar))
        }
        if isPlain, !text.isEmpty { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
