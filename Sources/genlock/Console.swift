import Glibc

/// Writes results to standard output and messages to standard error, both through `TerminalText.escaped`.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1
    private static let hasColor = isTerminal && getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb"

    /// Prints a result. If it cannot be written, the command fails, unless the reader has closed the pipe.
    static func print(_ text: String) {
        let text = TerminalText.escaped(text)
        let code = write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n", to: STDOUT_FILENO)
        guard code != 0, code != EPIPE else { return }
        printError("standard output cannot be written: \(String(cString: strerror(code)))")
        exit(ExitStatus.badInput.rawValue)
    }

    static func printNote(_ text: String) { printNote(text, head: "") }

    static func printError(_ text: String) { printNote(text, head: hasColor ? "\u{1B}[1;31merror:\u{1B}[0m " : "error: ") }

    static func printWarning(_ text: String) { printNote(text, head: hasColor ? "\u{1B}[1;33mwarning:\u{1B}[0m " : "warning: ") }

    private static func printNote(_ text: String, head: String) {
        writeToStandardError(head + TerminalText.escaped(text.hasSuffix("\n") ? text : text + "\n"))
    }

    /// Replaces the last line of the terminal.
    static func redrawLine(_ text: String) { writeToStandardError("\r\u{1B}[K" + TerminalText.line(text)) }

    /// Columns of the terminal; 80 without one.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Drops what cannot be written to standard error within a second: an unread pipe must not block the program.
    private static func writeToStandardError(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            var writable = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            guard poll(&writable, 1, 1000) > 0 else { return }
            // A pipe that is not full takes this much without blocking (pipe(7)).
            guard write(rest.prefix(Int(PIPE_BUF)), to: STDERR_FILENO) == 0 else { return }
            rest = rest.dropFirst(Int(PIPE_BUF))
        }
    }

    /// - Returns: 0, or the errno of the failed write.
    private static func write(_ text: String, to descriptor: Int32) -> Int32 { write(Array(text.utf8)[...], to: descriptor) }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
