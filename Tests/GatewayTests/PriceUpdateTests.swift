import Catalog
import Jobs
import Testing
import Vendors
import Wire

@testable import Gateway
@testable import Upstream

@Suite struct `Prices that a vendor's list changes` {
    private func update(_ listed: [ListedPrice]) throws -> PriceUpdate {
        let text = #"""
            {"vendor": "v", "source": "s", "seen": "2026-01-01", "models": {
              "flat": {"seconds": [5], "prices": [{"second": 0.1}]},
              "tiers": {"tiers": ["720p", "4k"], "prices": [{"when": {"tier": "4k"}, "second": 0.6}, {"second": 0.2}]},
              "tokens": {"prices": [{"million_tokens": 10, "fps": 24, "pixels": 927408}]},
              "unknown": {}}}
            """#
        let catalog = try Catalog(files: [CatalogFile(name: "v", text: Bytes(text.utf8)[...])])
        var update = PriceUpdate(vendor: "v", models: catalog.models(of: "v"), day: "2026-11-30")
        update.add(listed)
        return update
    }

    private func price(_ amount: Double, _ unit: Model.Price.Unit = .second) -> Model.Price {
        Model.Price(Money(dollars: amount), per: unit)
    }

    private func models(_ text: Bytes) throws -> [String] {
        let file = try JSON(parsing: text[...])
        return (file["prices"]?.elements ?? []).flatMap { $0["models"]?.members.map(\.name) ?? [] }
    }

    @Test func `are shown and written; names that the catalog lacks are not`() throws {
        let update = try update([
            ListedPrice("flat", [price(0.12)], isFlat: true), ListedPrice("x", [price(1)]), ListedPrice("unknown", [price(1, .clip)]),
        ])
        #expect(update.changes == ["v/flat: 0.10 USD/second -> 0.12 USD/second", "v/unknown: unknown -> 1.00 USD/clip"])
        #expect(try models(update.text(keeping: nil)) == ["flat", "unknown"])
    }

    @Test(arguments: [(1.01, "more than ten times"), (0.009, "less than a tenth")])
    func `are not believed beyond a factor of ten`(amount: Double, words: String) throws {
        let update = try update([ListedPrice("flat", [price(amount)], isFlat: true)])
        #expect(update.changes.isEmpty && update.notes.count == 1 && update.notes[0].contains(words))
        #expect(try models(update.text(keeping: nil)) == [])
    }

    @Test func `are not free because a list says zero`() throws {
        #expect(try update([ListedPrice("flat", [price(0)], isFlat: true)]).notes.count == 1)
    }

    @Test func `keep the cases that a flat list does not know, unless it is above them all`() throws {
        #expect(try update([ListedPrice("tiers", [price(0.3)], isFlat: true)]).changes.isEmpty)
        let above = try update([ListedPrice("tiers", [price(0.7)], isFlat: true)])
        #expect(above.changes == ["v/tiers: 0.20-0.60 USD/second -> 0.70 USD/second"])
        #expect(try update([ListedPrice("tiers", [price(0.3)])]).changes.count == 1)
    }

    @Test func `keep the size of frames that tokens are counted by`() throws {
        let text = try update([ListedPrice("tokens", [price(12, .millionTokens)], isFlat: true)]).text(keeping: nil)
        #expect(String(decoding: text, as: UTF8.self).contains(#""pixels":927408"#))
    }

    @Test func `stay in the file where a later list does not answer`() throws {
        let first = try update([ListedPrice("flat", [price(0.12)]), ListedPrice("tokens", [price(12, .millionTokens)])]).text(keeping: nil)
        let second = try update([ListedPrice("flat", [price(0.13)])]).text(keeping: first)
        #expect(try models(second).sorted() == ["flat", "tokens"])
        #expect(throws: Never.self) { try Catalog(files: [], overrides: [CatalogFile(name: "f", text: second[...])]) }
    }
}
