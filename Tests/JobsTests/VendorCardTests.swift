import Jobs
import Testing

struct VendorCardTests {
    private static let card = {
        var card = VendorCard(name: "v", title: "V", docs: "", host: "https://v.example", auth: .bearer, secrets: [:])
        card.pricedPromptFlags = ["--dur", "--rs"]
        return card
    }()

    @Test(
        arguments: [
            ("a kite --dur 10", "--dur"), ("a kite --DUR=10", "--dur"), ("a kite --rs 1080p --dur 10", "--rs"), ("a kite --seed 3", nil),
            ("a kite --duration 10", nil), ("a kite-- dur", nil), ("", nil),
        ] as [(String, String?)])
    func `a flag in a prompt that raises the price is found as a whole word`(prompt: String, flag: String?) {
        #expect(Self.card.pricedPromptFlag(in: prompt) == flag)
    }

    @Test func `a vendor without such flags has none in any prompt`() {
        var card = Self.card
        card.pricedPromptFlags = []
        #expect(card.pricedPromptFlag(in: "a kite --dur 10") == nil)
        #expect(Self.card.pricedPromptFlag(in: nil) == nil)
    }

    @Test func `an extra parameter raises the price unless it is known not to`() {
        #expect(VendorCard.setsPrice("num_frames"))
        #expect(VendorCard.setsPrice("a_name_from_tomorrow"))
        #expect(!VendorCard.setsPrice("loop"))
        #expect(VendorCard.priceNeutralExtras.isDisjoint(with: VendorCard.priceSettingExtras))
    }
}
