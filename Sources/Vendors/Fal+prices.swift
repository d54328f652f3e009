import Jobs
import Wire

/// fal's pricing route: one amount and unit for each endpoint (https://fal.ai/docs/platform-apis/v1/models/pricing).
extension Fal: PriceList {
    static let platform = "platform"
    private static let endpointsPerCall = 50

    func priceCalls(for models: [Model]) -> [Call] {
        let names = models.upstreams
        return stride(from: 0, to: names.count, by: Fal.endpointsPerCall).map { start in
            var call = Call(.status, .get, path: "/v1/models/pricing", host: Fal.platform)
            for name in names[start..<min(start + Fal.endpointsPerCall, names.count)] { call.query.add("endpoint_id", name) }
            return call
        }
    }

    func prices(from reply: Reply) throws(Fault) -> [ListedPrice] {
        guard reply.isSuccess else { throw VendorError(reply, message: reply.json?["error"]?["message"]?.string).fault }
        guard let entries = try reply.parsed()["prices"], entries.kind == .array else {
            throw Fault(.vendorNonsense, "The vendor's price list could not be read.", detail: "no prices")
        }
        return entries.elements.compactMap { entry in entry["endpoint_id"]?.string.map { Fal.price(of: $0, entry) } }
    }

    private static func price(of name: String, _ entry: JSON) -> ListedPrice {
        let (unit, currency) = (entry["unit"]?.string ?? "", entry["currency"]?.string ?? "USD")
        guard currency == "USD", let dollars = entry["unit_price"]?.double, let price = price(dollars, unit.lowercased()) else {
            let text = entry["unit_price"]?.numberText ?? "no price"
            return ListedPrice(name, [], isFlat: true, problem: "\(text) \(currency) for each \"\(unit)\" is not understood")
        }
        return ListedPrice(name, [price], isFlat: true)
    }

    private static func price(_ dollars: Double, _ unit: String) -> Model.Price? {
        let words = unit.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        func has(_ any: String...) -> Bool { words.contains { word in any.contains(word) } }
        if has("token", "tokens") {
            let factor: Double? =
                has("1m", "million", "1000000") ? 1 : has("1k", "1000") ? 1000 : words.count == 1 ? 1_000_000 : nil
            guard let amount = factor.flatMap({ ListedPrice.amount(dollars * $0) }) else { return nil }
            var price = Model.Price(amount, per: .millionTokens)
            price.framesPerSecond = 24
            return price
        }
        guard let amount = ListedPrice.amount(dollars) else { return nil }
        if has("second", "seconds") { return has("compute", "gpu") ? nil : Model.Price(amount, per: .second) }
        if has("megapixel", "megapixels") {
            var price = Model.Price(amount, per: .megapixel)
            price.framesPerSecond = 24
            return price
        }
        return has("video", "videos", "clip", "generation", "generations", "request") ? Model.Price(amount, per: .clip) : nil
    }
}
