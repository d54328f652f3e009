import Testing

@testable import TestCard

@Suite struct CardTextTests {
    @Test(arguments: [
        ("caf\u{E9} \u{141}\u{F3}d\u{17A}", "cafe Lodz"), ("\u{201C}so\u{201D} \u{2014} it\u{2019}s\u{2026}", "\"so\" - it's..."),
        ("a\n\n b\tc", "a b c"), ("\u{732B}!", "\u{7F}!"), ("e\u{301}", "e"), ("\u{1F408}\u{200D}\u{2B1B}", "\u{7F}"), ("", ""),
        ("a\u{0}b", "a b"),
    ]) func `any text becomes letters of the font`(_ text: String, _ letters: String) {
        #expect(ASCIIFold.letters(text) == Array(letters.utf8))
    }

    @Test(arguments: [
        ("one two three", 7, 9, ["one two", "three"]), ("one two three", 6, 9, ["one", "two", "three"]),
        ("incomprehensible", 6, 9, ["incomp", "rehens", "ible"]),
        ("one two three four", 9, 2, ["one two", "three..."]), ("abcdefgh", 2, 1, [".."]), ("  ", 5, 5, []), ("abc", 0, 5, []),
    ]) func `lines break at spaces`(text: String, columns: Int, lines: Int, expected: [String]) {
        #expect(ASCIIFold.wrap(Array(text.utf8), columns: columns, lines: lines).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(arguments: [
        (24000, 1001, 11, 24 * 61 + 5, "00:01:01:05"), (30, 1, 11, 30 * 3600 * 2 + 29, "02:00:00:29"), (30, 1, 8, 45, "00:01:15"),
        (60, 1, 3, 61, "01:01"),
    ]) func `the timecode shows hours, minutes, seconds and frames as far as they fit`(
        frames: Int, seconds: Int, columns: Int, frame: Int, text: String
    ) throws {
        let timecode = Timecode(try #require(FrameRate(frames, per: seconds)), columns: columns)
        #expect(String(decoding: timecode.letters(at: frame), as: UTF8.self) == text)
        #expect(timecode.letterCount == text.utf8.count)
    }

    @Test(arguments: [(8000, "8"), (2500, "2.5"), (23976, "23.976"), (40, "0.04"), (1001, "1.001")])
    func `decimals are written as people write them`(_ value: Int, _ text: String) {
        #expect(DecimalFormat.text(thousandths: value) == text)
    }

    @Test func `every printable letter has a shape of its own`() {
        let shapes = (0x20...0x7F).map { Array(Font.plain.glyph(UInt8($0))) }
        #expect(Set(shapes).count == 96)
        #expect(shapes.allSatisfy { $0.count == 8 && $0.allSatisfy { $0 < 32 } })
        #expect(Array(Font.plain.glyph(0xFF)) == shapes[95])
    }
}
