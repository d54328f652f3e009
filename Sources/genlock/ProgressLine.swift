/// Shows the progress of a job: one line that is redrawn on a terminal, a few plain lines elsewhere.
struct ProgressLine {
    private let isLive: Bool
    private var lastShown: (status: String, tenth: Int) = ("", -1)

    init(isLive: Bool) { self.isLive = isLive }

    /// - Parameter percent: 0 to 100.
    mutating func show(_ status: String, percent: Int, elapsed: Duration) {
        let line = ProgressLine.text(status, percent: percent, elapsed: elapsed, width: isLive ? Console.width : 80, isLive: isLive)
        if isLive { return Console.redrawLine(line) }
        guard lastShown != (status, percent / 10) else { return }
        lastShown = (status, percent / 10)
        Console.printNote(line)
    }

    /// Clears the line, so that something else can be printed.
    func clear() { if isLive { Console.redrawLine("") } }

    static func text(_ status: String, percent: Int, elapsed: Duration, width: Int, isLive: Bool) -> String {
        let percent = min(max(percent, 0), 100)
        let seconds = elapsed.components.seconds
        let clock = "\(seconds / 60):" + (seconds % 60 < 10 ? "0" : "") + "\(seconds % 60)"
        let number = String(repeating: " ", count: percent < 10 ? 2 : percent < 100 ? 1 : 0) + "\(percent) %"
        let tail = "\(number)  \(clock)  \(TerminalText.line(status).map { $0 == "_" ? " " : String($0) }.joined())"
        let room = min(width - tail.count - 3, 40)
        guard isLive, room >= 5 else { return tail }
        let filled = room * percent / 100
        return String(repeating: "█", count: filled) + String(repeating: "░", count: room - filled) + "  " + tail
    }
}
