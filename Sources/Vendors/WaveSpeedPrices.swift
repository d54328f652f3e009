import Jobs
import Wire

/// WaveSpeed's pricing route: what one request would cost. It is called for each resolution and length of a model.
struct WaveSpeedPrices: PriceList {
    private static let maxResolutions = 6

    func priceCalls(for models: [Model]) -> [Call] {
        models.flatMap { $0.variants.isEmpty ? [$0] : $0.variants }.flatMap { model -> [Call] in
            let resolutions: [Resolution?] =
                model.resolutions.isEmpty ? [nil] : model.resolutions.prefix(WaveSpeedPrices.maxResolutions).map { $0 }
            return resolutions.flatMap { resolution in
                WaveSpeedPrices.lengths(of: model).compactMap { call(model, resolution, seconds: $0) }
            }
        }
    }

    /// Every length of a list. The shortest of a range: a second of a longer video costs as much, or less where the video has a base price.
    private static func lengths(of model: Model) -> [Double?] {
        switch model.durations {
        case .list(let values, _): values.prefix(8).map { $0 }
        case .range(let range, _, _): [range.lowerBound]
        case .any, .fixed, .source, .automatic: [nil]
        }
    }

    private func call(_ model: Model, _ resolution: Resolution?, seconds: Double?) -> Call? {
        var job = Job(model: model.name, prompt: "price")
        job.duration = seconds.map(ClipDuration.seconds)
        job.frameFormat.resolution = resolution
        guard let input = try? FlatBody(job, on: model, elsewhere: ["media"]).members else { return nil }
        var call = Call(.status, .post, path: "/model/pricing", body: .json(["model_id": .string(model.upstream), "inputs": input]))
        let isRange = if case .range = model.durations { "second" } else { "clip" }
        call.step = [model.upstream, resolution?.text ?? "", seconds.flatMap(Number.text) ?? "", isRange].joined(separator: " ")
        return call
    }

    func prices(from reply: Reply) throws(Fault) -> [ListedPrice] {
        let json = try reply.parsed()
        guard reply.isSuccess, json["code"]?.int.map({ (200..<300).contains($0) }) ?? true, let data = json["data"] else {
            throw VendorError(reply, message: json["message"]?.string).fault
        }
        let words = reply.step.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let isDollars = data["currency"]?.string ?? "USD" == "USD"
        guard words.count == 4, isDollars, let amount = ListedPrice.amount(data["unit_price"]?.double) else {
            return [ListedPrice(words[0], [], problem: "the price is not in US dollars, or is none")]
        }
        let when = words[1].isEmpty ? [:] : ["tier": [words[1]]]
        if words[3] == "second", let seconds = Double(words[2]), seconds > 0 {
            return [ListedPrice(words[0], [Model.Price(amount * (1 / seconds), per: .second, when: when)])]
        }
        var price = Model.Price(amount, per: .clip, when: when)
        if !words[2].isEmpty { price.when["seconds"] = [words[2]] }
        return [ListedPrice(words[0], [price])]
    }
}
