import Testing
import Wire

@Suite struct `Suggestions for misspelt names` {
    private static let known = ["seconds", "size", "listen", "public_url", "tier"]

    @Test(arguments: [
        ("secnds", "seconds"), ("sceonds", "seconds"), ("SECONDS", "seconds"), ("publicUrl", "public_url"), ("tire", "tier"),
        ("lisen", "listen"),
    ])
    func `the nearest name is suggested`(word: String, meant: String) {
        #expect(Suggestion.nearest(to: word, among: Self.known) == meant)
        #expect(Suggestion.question(for: word, among: Self.known) == " Did you mean '\(meant)'?")
        #expect(Suggestion.clause(for: word, among: Self.known) == ", did you mean \"\(meant)\"?")
    }

    @Test(arguments: ["", "colour", "tent", "si"]) func `a name that is not near is not suggested`(word: String) {
        #expect(Suggestion.nearest(to: word, among: Self.known) == nil)
        #expect(Suggestion.question(for: word, among: Self.known) == "")
        #expect(Suggestion.clause(for: word, among: Self.known) == "; known are listen, public_url, seconds, size, tier")
        #expect(Suggestion.clause(for: word, among: (0...40).map { "name\($0)" }) == "")
    }

    @Test func `of equally near names the first in alphabetical order is suggested`() {
        #expect(Suggestion.nearest(to: "modes", among: ["modem", "model"]) == "model")
    }

    @Test(arguments: [("veo-3.1", "veo-3.2"), ("kling-v1", "kling-o1"), ("abc", "abd")])
    func `another version is not a typo`(word: String, known: String) {
        #expect(Suggestion.likelyTypo(of: word, among: [known]) == nil)
    }

    @Test func `a slip in a long name is a typo`() {
        #expect(Suggestion.likelyTypo(of: "klign-3.0", among: ["kling-3.0", "kling-2.0"]) == "kling-3.0")
    }
}
