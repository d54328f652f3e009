import Jobs
import Testing
import Wire

@testable import Configuration

@Suite struct `Prices of own contracts` {
    private static let accounts = "accounts: { acme: { api_key: k }, my-gpu: { vendor: own, base_url: \"http://h/v1\", api_key: none } }\n"

    private func errors(_ prices: String) -> [String] { Sample.errors(Self.accounts + "prices: " + prices) }

    @Test func `are read with the closest name first`() throws {
        let yaml =
            Self.accounts + """
                prices:
                  "*": 1.00 USD/clip
                  "my-gpu/*": 0 USD/clip
                  "acme/fast-*": 0.2 USD/second
                  acme/fast-2: 0.08 USD/second
                  roadrunner/slow: 0.5 USD/clip
                """
        let prices = try Sample.read(yaml).prices
        #expect(prices.map(\.pattern.description) == ["acme/fast-2", "acme/slow", "acme/fast-*", "my-gpu/*", "*"])
        #expect(prices[0].price.amount == Money(dollars: 0.08) && prices[0].price.unit == .second)
        #expect(prices[0].price.origin.confidence == .contract && prices[0].price.origin.source == "g.yaml:6:3")
        #expect(prices[3].price.amount == .zero && prices[3].price.unit == .clip)
    }

    @Test(arguments: [
        (#"{ "acmee/x": 1 USD/clip }"#, #"g.yaml:2:11: no account and no vendor is called "acmee", did you mean "acme"?"#),
        (#"{ veo: 1 USD/clip }"#, #"g.yaml:2:11: expected an account or a vendor and a model, like my-gpu/*, found "veo""#),
        (
            #"{ "acme/x": 1 USD/hour }"#,
            #"g.yaml:2:21: expected a price like 0.05 USD/second or 0.20 USD/clip, found "1 USD/hour""#
        ),
        (#"{ "acme/x": -1 USD/clip }"#, #"g.yaml:2:21: expected a price like 0.05 USD/second or 0.20 USD/clip, found "-1 USD/clip""#),
        ("[ 1 ]", #"g.yaml:2:9: expected a map of prices, { "my-gpu/*": 0 USD/clip }, found a list"#),
    ])
    func `are refused with line and column where they cannot be meant`(prices: String, error: String) {
        #expect(errors(prices) == [error])
    }
}
