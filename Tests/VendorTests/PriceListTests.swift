import Jobs
import Testing
import Vendors
import Wire

@Suite struct `Price lists of vendors` {
    private func list(_ name: String) throws -> any PriceList {
        try #require(Registry.priceLists[name])
    }

    private func prices(_ vendor: String, _ body: String, step: String = "", status: Int = 200) throws -> [ListedPrice] {
        try list(vendor).prices(from: Reply(step: step, status: status, body: Bytes(body.utf8)[...]))
    }

    private static func price(_ amount: Double, _ unit: Model.Price.Unit, when: [String: [String]] = [:]) -> Model.Price {
        var price = Model.Price(Money(dollars: amount), per: unit, when: when)
        if unit == .millionTokens || unit == .megapixel { price.framesPerSecond = 24 }
        return price
    }

    private func openRouter(_ skus: String) throws -> ListedPrice {
        try #require(prices("openrouter", #"{"data": [{"id": "m", "pricing_skus": \#(skus)}, {"id": "text"}]}"#).first)
    }

    @Test func `OpenRouter's names are taken apart, the closest case first`() throws {
        let veo = try openRouter(
            #"{"duration_seconds_with_audio": "0.12", "duration_seconds_without_audio_4k": "0.25", "duration_seconds": "0.5"}"#)
        #expect(
            veo.prices == [
                Self.price(0.25, .second, when: ["audio": ["false"], "tier": ["4k"]]), Self.price(0.12, .second, when: ["audio": ["true"]]),
                Self.price(0.5, .second),
            ])
        let wan = try openRouter(#"{"text_to_video_duration_seconds_480p": "0.04", "image_to_video_duration_seconds_720p": "0.10"}"#)
        #expect(wan.prices.map(\.when) == [["mode": ["text"], "tier": ["480p"]], ["mode": ["image", "first_last"], "tier": ["720p"]]])
    }

    @Test func `OpenRouter's tokens, cents, images and minimum are read`() throws {
        let seedance = try openRouter(#"{"video_tokens": "0.000007", "video_tokens_1080p_with_video_input": "0.0000047"}"#)
        #expect(seedance.prices.map(\.amount) == [Money(dollars: 4.7), Money(dollars: 7)])
        #expect(seedance.prices[0].billsSource && seedance.prices[0].when == ["tier": ["1080p"], "video": ["true"]])
        let grok = try openRouter(#"{"cents_per_image_input": "0.2", "cents_per_video_output_second_480p": "5"}"#)
        #expect(grok.prices[0].charges == [.init(Money(dollars: 0.05), per: .second), .init(Money(dollars: 0.002), per: .image)])
        let aleph = try openRouter(#"{"cents_per_second_output": "28", "minimum_cents_per_generation": "56"}"#)
        #expect(aleph.prices[0].minimum == Money(dollars: 0.56) && aleph.prices[0].amount == Money(dollars: 0.28))
    }

    @Test(arguments: [
        #"{"cents_per_megapixel_second_precise": "7.5"}"#, #"{"duration_seconds": "free"}"#, #"{"duration_seconds": "-1"}"#,
        #"{"duration_seconds": "1e300"}"#, #"{"duration_seconds": "nan"}"#, #"{"duration_seconds_tall": "0.1"}"#,
        #"{"duration_seconds": "0.1", "surprise": "1"}"#,
    ])
    func `what is not understood in OpenRouter's list is left out whole`(skus: String) throws {
        let listed = try openRouter(skus)
        #expect(listed.prices.isEmpty && listed.problem?.contains("is not understood") == true)
    }

    @Test(arguments: [
        ("second", 0.1, Self.price(0.1, .second)), ("video_second", 0.1, Self.price(0.1, .second)), ("videos", 0.4, Self.price(0.4, .clip)),
        ("megapixels", 0.0018, Self.price(0.0018, .megapixel)), ("1m tokens", 14, Self.price(14, .millionTokens)),
        ("1000 tokens", 0.014, Self.price(14, .millionTokens)),
    ])
    func `fal's units are read`(unit: String, amount: Double, price: Model.Price) throws {
        let listed = try prices(
            "fal", #"{"prices": [{"endpoint_id": "a/b", "unit_price": \#(amount), "unit": "\#(unit)", "currency": "USD"}]}"#)
        #expect(listed == [ListedPrice("a/b", [price], isFlat: true)])
    }

    @Test(arguments: [
        (#""unit_price": 1, "unit": "compute seconds", "currency": "USD""#), (#""unit_price": 1, "unit": "second", "currency": "EUR""#),
        (#""unit_price": -1, "unit": "second", "currency": "USD""#), (#""unit_price": 1e300, "unit": "second", "currency": "USD""#),
        (#""unit_price": 1, "unit": "moon", "currency": "USD""#),
    ])
    func `fal's other units, currencies and amounts are reported and left out`(entry: String) throws {
        let listed = try prices("fal", #"{"prices": [{"endpoint_id": "a/b", \#(entry)}]}"#)
        #expect(listed.count == 1 && listed[0].prices.isEmpty && listed[0].problem != nil)
    }

    @Test func `fal is asked for at most 50 endpoints at a time`() throws {
        let models = (0..<120).map { Model(vendor: "fal", name: "\($0)", upstream: "a/\($0)", title: "") }
        let calls = try list("fal").priceCalls(for: models)
        #expect(calls.map { $0.query.items.count } == [50, 50, 20])
    }

    @Test func `AI/ML API's units are read for what is generated`() throws {
        let text = #"""
            {"data": [{"id": "a", "pricing": {"units": [{"name": "second", "origin": "generated", "price": 0.13, "per": 1}]}},
                      {"id": "b", "pricing": {"units": [
                          {"name": "token", "content": "text", "origin": "provided", "price": 1, "per": 1000000},
                          {"name": "token", "content": "video", "origin": "generated", "price": 7, "per": 1000000}]}},
                      {"id": "c", "pricing": {"units": [
                          {"name": "token", "content": "text", "origin": "generated", "price": 1, "per": 1000}]}},
                      {"id": "d"}]}
            """#
        let listed = try prices("aimlapi", text)
        #expect(listed.map(\.prices) == [[Self.price(0.13, .second)], [Self.price(7, .millionTokens)], []])
        #expect(listed[2].problem != nil)
    }

    @Test func `WaveSpeed's answer is the price of the clip that was asked for`() throws {
        let body = #"{"code": 200, "data": {"unit_price": 0.4, "currency": "USD"}}"#
        #expect(
            try prices("wavespeed", body, step: "a/b 720p 5 clip")
                == [ListedPrice("a/b", [Self.price(0.4, .clip, when: ["tier": ["720p"], "seconds": ["5"]])])])
        #expect(try prices("wavespeed", body, step: "a/b  4 second") == [ListedPrice("a/b", [Self.price(0.1, .second)])])
        #expect(throws: Fault.self) { try prices("wavespeed", #"{"code": 401, "message": "no"}"#, step: "a/b   clip") }
    }

    @Test(arguments: ["fal", "aimlapi", "openrouter"], ["", "{}", "<html>", "[1", #"{"data": 5}"#])
    func `an answer that is no list is a fault`(vendor: String, body: String) {
        #expect(throws: Fault.self) { try prices(vendor, body) }
    }

    @Test(arguments: ["fal", "aimlapi", "openrouter", "wavespeed"])
    func `a refusal is a fault`(vendor: String) {
        #expect(throws: Fault.self) { try prices(vendor, #"{"detail": "no"}"#, step: "a b c d", status: 401) }
    }
}
