import Testing
import Wire

@Suite struct PiecesTests {
    @Test func `pieces are counted, joined and compared as one text`() {
        var pieces = Pieces("ab")
        pieces.append(Slice("cd").dropFirst())
        pieces.append("")
        pieces.append([])
        pieces.append(Pieces("ef"))
        #expect(pieces.count == 5 && !pieces.isEmpty && pieces.slices.count == 3)
        #expect(pieces.joined().text == "abdef")
        #expect(pieces == Pieces("abdef") && pieces != Pieces("abdeg") && pieces != Pieces("abde"))
        #expect(Pieces().isEmpty && Pieces().joined().isEmpty && Pieces(Bytes()).slices.isEmpty)
    }

    @Test func `a single piece is joined without a copy`() {
        let bytes = Bytes(repeating: 1, count: 1000)
        var pieces = Pieces()
        pieces.append(bytes[100...])
        #expect(pieces.joined().startIndex == 100)
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (8, "8"), (-8, "-8"), (7.5, "7.5"), (0.1, "0.1"), (1e21, "1e+21"), (1e-7, "1e-07"),
            (9_007_199_254_740_992, "9007199254740992"),
            (9_223_372_036_854_774_784, "9223372036854774784"), (-9_223_372_036_854_775_808, "-9223372036854775808"),
            (.infinity, nil), (-.infinity, nil), (.nan, nil),
        ] as [(Double, String?)])
    func `a number is written as APIs write it, and read back the same`(value: Double, text: String?) {
        #expect(Number.text(value) == text)
        #expect(text == nil || text.flatMap(Double.init) == value)
    }

    @Test func `a JSON answer is labelled as one`() {
        let response = Response(status: 404, json: ["a": 1], headers: Headers([("x-a", "b")]))
        #expect(response.status == 404 && response.body.joined().text == "{\"a\":1}")
        #expect(response.headers[.contentType] == "application/json" && response.headers["x-a"] == "b")
    }

    @Test func `methods are their token, known or not`() {
        #expect(Method("GET") == .get && Method("get") != .get && "\(Method("PURGE"))" == "PURGE")
    }
}
