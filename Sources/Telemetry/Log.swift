import Glibc
import Wire

/// The log: its level, its format and its writer.
package struct Log: Sendable {
    package enum Format: String, Sendable {
        /// For people.
        case text
        /// One JSON object per line.
        case json
    }

    private let level: Telemetry.Level
    private let format: Format
    private let isColored: Bool
    /// Nil logs nothing.
    let writer: LogWriter?

    package static let silent = Log(writer: nil, level: .critical, format: .json)

    /// - Parameters:
    ///   - format: nil means text on a terminal and JSON elsewhere.
    ///   - bytes: how many bytes of lines may wait to be written.
    package init(
        to descriptor: Int32 = STDERR_FILENO, level: Telemetry.Level, format: Format?, bytes: Int = Limits().logBufferBytes
    ) {
        let isTerminal = isatty(descriptor) == 1
        let format = format ?? (isTerminal ? .text : .json)
        let isColored = isTerminal && format == .text && getenv("NO_COLOR") == nil
        let writer = LogWriter(descriptor, limit: bytes) { count in
            var entry = LogEntry(time: Log.now, level: .warning, message: "log lines dropped: the log is not read fast enough")
            entry.add("count", count)
            return entry.encoded(as: format, colored: isColored)
        }
        self.init(writer: writer, level: level, format: format, isColored: isColored)
    }

    init(writer: LogWriter?, level: Telemetry.Level, format: Format, isColored: Bool = false) {
        self.writer = writer
        self.level = level
        self.format = format
        self.isColored = isColored
    }

    func isEnabled(_ level: Telemetry.Level) -> Bool { writer != nil && level >= self.level }

    /// Writes a line if its level is enabled; calls `fill` only then.
    func write(_ level: Telemetry.Level, _ message: String, fill: (inout LogEntry) -> Void = { _ in }) {
        guard isEnabled(level) else { return }
        var entry = LogEntry(time: Log.now, level: level, message: message)
        fill(&entry)
        writer?.write(entry.encoded(as: format, colored: isColored))
    }

    private static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(sinceEpoch: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }
}
