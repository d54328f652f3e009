import Testing

@testable import genlock

/// What is drawn on the terminal.
@Suite struct TerminalOutputTests {
    @Test(arguments: [
        (0, 0, "  0 %  0:00  in progress"), (7, 9, "  7 %  0:09  in progress"), (42, 61, " 42 %  1:01  in progress"),
        (100, 3600, "100 %  60:00  in progress"), (130, 1, "100 %  0:01  in progress"), (-5, 1, "  0 %  0:01  in progress"),
    ])
    func `progress is a plain line where there is no terminal`(percent: Int, seconds: Int, line: String) {
        #expect(ProgressLine.text("in_progress", percent: percent, elapsed: .seconds(seconds), width: 80, isLive: false) == line)
    }

    @Test(arguments: [(80, 40), (60, 38), (27, 5), (26, 0), (10, 0)])
    func `the bar fits beside the text or is omitted`(width: Int, bar: Int) {
        let line = ProgressLine.text("queued", percent: 50, elapsed: .seconds(1), width: width, isLive: true)
        #expect(line.count { $0 == "█" || $0 == "░" } == bar)
        #expect(line.count { $0 == "█" } == bar / 2)
        #expect(width < 20 || line.count < width)
    }

    @Test(arguments: [
        ("a\tb\nc é 漢 ❤\u{FE0F}", "a\tb\nc é 漢 ❤\u{FE0F}"), ("\u{1B}]0;x\u{7}", "\\u001B]0;x\\u0007"), ("\u{7F}\u{9B}", "\\u007F\\u009B"),
        ("\u{202E}\u{2066}\u{2028}\u{2029}", "\\u202E\\u2066\\u2028\\u2029"), ("\u{200B}\u{FEFF}\u{AD}", "\\u200B\\uFEFF\\u00AD"),
        ("\u{E0041}", "\\uDB40\\uDC41"), ("a\r\nb", "a\\u000D\nb"), ("\u{3164}", "\\u3164"),
    ])
    func `what a terminal obeys or hides is escaped`(text: String, shown: String) {
        #expect(TerminalText.escaped(text) == shown)
        #expect(!TerminalText.line(text).contains { $0.isNewline || $0 == "\t" })
    }

    @Test func `a table has straight columns and no spaces at the ends`() {
        var table = Table("", "NAME", "N")
        table.add("*", "a", "10")
        table.add("", "long name", "")
        #expect(table.text == "   NAME       N\n*  a          10\n   long name")
    }
}
