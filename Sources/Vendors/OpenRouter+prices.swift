import Jobs
import Wire

/// OpenRouter's video models with their `pricing_skus`: names such as `duration_seconds_with_audio_720p` and `cents_per_image_input`, whose
/// parts say what is counted and in which case.
extension OpenRouter: PriceList {
    func priceCalls(for models: [Model]) -> [Call] { [Call(.status, .get, path: "/videos/models")] }

    func prices(from reply: Reply) throws(Fault) -> [ListedPrice] {
        guard reply.isSuccess else { throw VendorError(reply, message: reply.json?["error"]?["message"]?.string).fault }
        guard let entries = try reply.parsed()["data"], entries.kind == .array else {
            throw Fault(.vendorNonsense, "The vendor's price list could not be read.", detail: "no data")
        }
        return entries.elements.compactMap { entry in
            guard let name = entry["id"]?.string, let skus = entry["pricing_skus"], skus.kind == .object, skus.count > 0 else { return nil }
            return OpenRouter.listed(name, skus)
        }
    }

    private static func listed(_ name: String, _ skus: JSON) -> ListedPrice {
        var prices: [Model.Price] = []
        var (minimum, image): (Money?, Money?) = (nil, nil)
        for (sku, value) in skus.members {
            guard let number = value.double ?? value.string.flatMap(Double.init), let part = part(sku, number) else {
                return ListedPrice(name, [], problem: "the price \"\(sku.prefix(80))\" is not understood")
            }
            switch part {
            case .price(let price): prices.append(price)
            case .minimum(let money): minimum = money
            case .image(let money): image = money
            }
        }
        for place in prices.indices {
            prices[place].minimum = minimum
            if let image { prices[place].charges.append(.init(image, per: .image)) }
        }
        // The first that holds is charged: the closest goes first, the one for all cases last.
        let sorted = prices.enumerated().sorted { (-$0.element.when.count, $0.offset) < (-$1.element.when.count, $1.offset) }
        return ListedPrice(name, sorted.map(\.element))
    }

    private enum Part {
        case price(Model.Price)
        case minimum(Money)
        case image(Money)
    }

    private static let starts: [(name: String, unit: Model.Price.Unit, factor: Double)] = [
        ("duration_seconds", .second, 1), ("cents_per_second_output", .second, 0.01), ("cents_per_video_output_second", .second, 0.01),
        ("cents_per_second", .second, 0.01), ("video_tokens", .millionTokens, 1_000_000),
    ]

    private static func part(_ sku: String, _ number: Double) -> Part? {
        switch sku {
        case "minimum_cents_per_generation": return ListedPrice.amount(number / 100).map(Part.minimum)
        case "cents_per_image_input": return ListedPrice.amount(number / 100).map(Part.image)
        case "reference_images": return ListedPrice.amount(number).map(Part.image)
        default: break
        }
        var when: [String: [String]] = [:]
        var rest = sku[...]
        for (word, modes) in [("text_to_video_", ["text"]), ("image_to_video_", ["image", "first_last"])] where rest.hasPrefix(word) {
            rest = rest.dropFirst(word.count)
            when["mode"] = modes
        }
        guard let start = starts.first(where: { rest.hasPrefix($0.name) }) else { return nil }
        rest = rest.dropFirst(start.name.count)
        guard let amount = ListedPrice.amount(number * start.factor), let price = price(amount, start.unit, end: rest, known: when) else {
            return nil
        }
        return .price(price)
    }

    /// The price for the case that the end of its name says: `_with_audio_4k`.
    private static func price(
        _ amount: Money, _ unit: Model.Price.Unit, end: Substring, known: [String: [String]]
    ) -> Model.Price? {
        var (when, rest) = (known, end)
        var price = Model.Price(amount, per: unit)
        while !rest.isEmpty {
            if take("_with_audio", &rest) {
                when["audio"] = ["true"]
            } else if take("_without_audio", &rest) {
                when["audio"] = ["false"]
            } else if take("_with_video_input", &rest) {
                when["video"] = ["true"]
                price.billsSource = true
            } else if take("_video_continuation", &rest) {
                when["mode"] = ["extend"]
            } else {
                let word = rest.dropFirst().prefix { $0 != "_" }
                guard rest.first == "_", let resolution = Resolution(String(word)), resolution.lines != nil else { return nil }
                when["tier"] = [resolution.text]
                rest = rest.dropFirst(1 + word.count)
            }
        }
        price.when = when
        if unit == .millionTokens { price.framesPerSecond = 24 }
        return price
    }

    private static func take(_ word: String, _ rest: inout Substring) -> Bool {
        guard rest.hasPrefix(word) else { return false }
        rest = rest.dropFirst(word.count)
        return true
    }
}
