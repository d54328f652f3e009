import Jobs
import Wire

/// AI/ML API's model list with prices: for each model units of what is generated, with a price for a number of them.
struct AIMLAPIPrices: PriceList {
    func priceCalls(for models: [Model]) -> [Call] {
        var call = Call(.status, .get, path: "/v1/models")
        call.query.add("include", "pricing")
        return [call]
    }

    func prices(from reply: Reply) throws(Fault) -> [ListedPrice] {
        guard reply.isSuccess else { throw VendorError(reply, message: reply.json?["message"]?.string).fault }
        let json = try reply.parsed()
        guard let entries = json["data"] ?? (json.kind == .array ? json : nil), entries.kind == .array else {
            throw Fault(.vendorNonsense, "The vendor's price list could not be read.", detail: "no data")
        }
        return entries.elements.compactMap { entry in
            guard let name = entry["id"]?.string, let units = entry["pricing"]?["units"], units.kind == .array else { return nil }
            return AIMLAPIPrices.price(of: name, units.elements)
        }
    }

    /// The input is cheap text, if it is charged at all; the generated units are the video.
    private static func price(of name: String, _ units: [JSON]) -> ListedPrice {
        let generated = units.filter { $0["origin"]?.string.map { $0 == "generated" } ?? true }
        guard generated.count == 1, let price = price(generated[0]) else {
            let words = units.map { "\($0["name"]?.string ?? "?") \($0["origin"]?.string ?? "")" }.joined(separator: ", ")
            return ListedPrice(name, [], isFlat: true, problem: "its units are not understood: \(words)")
        }
        return ListedPrice(name, [price], isFlat: true)
    }

    private static func price(_ unit: JSON) -> Model.Price? {
        guard let dollars = unit["price"]?.double else { return nil }
        let count = unit["per"]?.double ?? 1
        guard count > 0 else { return nil }
        switch unit["name"]?.string {
        case "second", "seconds": return ListedPrice.amount(dollars / count).map { Model.Price($0, per: .second) }
        case "video", "clip", "generation", "request": return ListedPrice.amount(dollars / count).map { Model.Price($0, per: .clip) }
        case "token", "tokens":
            guard unit["content"]?.string == "video", let amount = ListedPrice.amount(dollars / count * 1_000_000) else { return nil }
            var price = Model.Price(amount, per: .millionTokens)
            price.framesPerSecond = 24
            return price
        default: return nil
        }
    }
}
