import Glibc

/// The terminal: results go to standard output, everything said about them to standard error.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1
    private static let hasColor = isTerminal && getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb"

    static func print(_ text: String) { write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n", to: STDOUT_FILENO) }

    static func note(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO) }

    static func complain(_ text: String) { note((hasColor ? "\u{1B}[1;31merror:\u{1B}[0m " : "error: ") + text) }

    static func warn(_ text: String) { note((hasColor ? "\u{1B}[1;33mwarning:\u{1B}[0m " : "warning: ") + text) }

    /// Replaces what was drawn on the last line of the terminal.
    static func redraw(_ text: String) { write("\r\u{1B}[K" + text, to: STDERR_FILENO) }

    /// Columns of the terminal; 80 where there is none.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Whatever cannot be written is lost: there is nobody left to tell.
    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
