import Jobs
import Testing
import Wire

@testable import genlock

@Suite struct `The table of prices` {
    private func line(_ model: String, _ price: Model.Price, source: String) -> PriceTable.Line {
        var price = price
        (price.origin.source, price.origin.seen, price.origin.confidence) = (source, "2026-11-20", .twoSources)
        return PriceTable.Line(model: model, price: price)
    }

    @Test func `names a model once, adds charges up, and lists each source once`() {
        var price = Model.Price(
            [.init(Money(dollars: 0.05), per: .clip), .init(Money(dollars: 0.025), per: .second)],
            when: ["tier": ["720p"], "audio": ["true"]])
        price.minimum = Money(dollars: 0.2)
        let text = PriceTable([
            line("v/one", price, source: "a page"), line("v/one", Model.Price(Money(dollars: 1), per: .millionTokens), source: "a page"),
            line("v/two", Model.Price(.zero, per: .clip), source: "another"),
        ]).text
        #expect(
            text == """
                MODEL
                  USD                    WHEN                     SEEN       BY
                v/one
                  0.05/clip +            audio 720p               2026-11-20 two-sources [1]
                  0.025/second, min.
                  0.20
                  1.00/M tokens                                   2026-11-20 two-sources [1]
                v/two
                  0.00/clip                                       2026-11-20 two-sources [2]

                [1] a page
                [2] another
                """)
    }

    @Test func `never has a line of more than 80 columns`() {
        let modes = ["audio", "edit", "extend", "first_last", "image", "keyframes", "last_only", "references", "remix", "text"]
        let price = Model.Price(Money(dollars: 0.123456), per: .second, when: ["mode": modes, "tier": ["1080p"]])
        let text = PriceTable([line("v/m", price, source: String(repeating: "x", count: 200) + " " + String(repeating: "word ", count: 60))]
        ).text
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test(arguments: [
        ("a b", ["a b"]), ("aaaa bbbb", ["aaaa", "bbbb"]), ("aaaaaaaaaa", ["aaaaaa", "aaaa"]), ("", [""]), ("aa|bbbbb", ["aa|", "bbbbb"]),
    ])
    func `text is broken at spaces and bars, and within long words`(text: String, lines: [String]) {
        #expect(TextWrap.lines(text, width: 6) == lines)
    }
}
