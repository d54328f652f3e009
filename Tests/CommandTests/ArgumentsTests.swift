import Testing

@testable import genlock

struct ArgumentsTests {
    @Test(
        arguments: [
            ("genlock\0", []), ("genlock\0serve\0", ["serve"]), ("/a/genlock\0keys\0new\0\0x y\0", ["keys", "new", "", "x y"]),
            ("genlock\0\0", [""]), ("genlock\0--prompt\0Ein Wörterbuch\nzweite Zeile\0", ["--prompt", "Ein Wörterbuch\nzweite Zeile"]),
        ] as [(String, [String])])
    func `arguments are the words after the program's name`(text: String, words: [String]) {
        #expect(Arguments.words(in: Array(text.utf8)) == words)
    }

    @Test(arguments: ["", "genlock"]) func `malformed bytes have no arguments`(text: String) {
        #expect(Arguments.words(in: Array(text.utf8)) == nil)
    }

    @Test func `this process has a command line`() {
        #expect(Arguments.current == Array(CommandLine.arguments.dropFirst()))
    }
}
