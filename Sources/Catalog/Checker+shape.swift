import Jobs
import Wire

extension Checker {
    /// Brings the frame that was asked for into the words of the model.
    mutating func checkShape() throws(Fault) {
        guard !job.shape.isEmpty else {
            if let shape = exactly(job.preferred.shape) { job.shape = shape }
            return
        }
        let wish = job.shape
        if let size = wish.size {
            try checkAgreement(size)
            return try checkSize(size)
        }
        if model.tiers.isEmpty && model.ratios.isEmpty && !model.sizes.isEmpty { return try checkBySizes() }
        try checkTier()
        try checkRatio()
        job.shape = job.shape.completed(for: model)
    }

    /// The shape in the model's words if it can be had exactly.
    private func exactly(_ wish: Shape) -> Shape? {
        if let size = wish.size {
            if model.sizes.contains(size) { return Shape(size: size).completed(for: model) }
            guard let tier = size.tier(in: []), let mine = tier.same(in: model.tiers) else { return nil }
            guard let ratio = model.ratios.first(where: { size.isNearly($0) }) else { return nil }
            return Shape(size: size, tier: mine, ratio: ratio)
        }
        let tier = wish.tier.flatMap { $0.same(in: model.tiers) }
        let ratio = wish.ratio.flatMap { model.ratios.contains($0) ? $0 : nil }
        guard !wish.isEmpty, (wish.tier == nil) == (tier == nil), (wish.ratio == nil) == (ratio == nil) else { return nil }
        return Shape(tier: tier, ratio: ratio).completed(for: model)
    }

    /// A size that stands beside a resolution or ratio must mean the same.
    private mutating func checkAgreement(_ size: Size) throws(Fault) {
        if let tier = job.shape.tier, tier.lines != size.shortSide {
            try yield(
                .invalidValue("resolution", tier.text, Phrase.list(["\(size.shortSide)p"]), condition: " with size '\(size)'"),
                as: "\(size.shortSide)p")
        }
        if let ratio = job.shape.ratio, !ratio.isAdaptive, !size.isNearly(ratio) {
            try yield(
                .invalidValue("aspect_ratio", ratio.description, Phrase.list([size.ratio.description]), condition: " with size '\(size)'"),
                as: "\(size.ratio)")
        }
        job.shape = Shape(size: size)
    }

    private mutating func checkSize(_ size: Size) throws(Fault) {
        if let shape = exactly(Shape(size: size)) {
            job.shape = shape
            if adapt == .nearest && !model.sizes.contains(size) {
                warnings.append(
                    Warning(param: "size", message: "This model knows sizes by other names.", adapted: "size \(size)->\(words(shape))"))
            }
            return
        }
        if model.sizes.isEmpty && (followsPicture || model.ratios.isEmpty || model.tiers.isEmpty) { return try checkHalf(size) }
        let nearest = nearest(to: size)
        try yield(.invalidValue("size", "\(size)", Phrase.list(acceptedSizes)), as: words(nearest))
        job.shape = nearest
    }

    /// The model lets only one of resolution and proportions be chosen, or none: the rest is its own, or the picture's.
    private mutating func checkHalf(_ size: Size) throws(Fault) {
        var shape = Shape()
        let (usual, lines) = (model.usual.shape, size.tier(in: []))
        shape.tier = lines?.same(in: model.tiers)
        shape.ratio = model.ratios.first { size.isNearly($0) }
        let tierFits = shape.tier != nil || model.tiers.isEmpty && (usual.tier == nil || usual.tier?.lines == size.shortSide)
        let ratioFits =
            shape.ratio != nil || model.ratios.isEmpty && (followsPicture || usual.ratio == nil || size.isNearly(usual.ratio ?? .adaptive))
        if !tierFits || !ratioFits {
            shape.tier = shape.tier ?? lines?.nearest(in: model.tiers)
            shape.ratio = shape.ratio ?? size.ratio.nearest(in: model.ratios)
            try yield(.invalidValue("size", "\(size)", halfAccepted), as: words(shape))
        } else if shape.tier == nil && usual.tier == nil || shape.ratio == nil && (followsPicture || usual.ratio == nil)
            || adapt == .nearest
        {
            let rest = followsPicture ? "the picture" : "the model"
            warnings.append(
                Warning(
                    param: "size", message: "Not all of the size can be chosen; the rest follows from \(rest).",
                    adapted: "size \(size)->\(words(shape))"))
        }
        job.shape = shape.completed(for: model)
    }

    private mutating func checkBySizes() throws(Fault) {
        let wish = job.shape
        let usual = model.usual.shape.size ?? model.sizes[0]
        let fitting = model.sizes.filter { size in
            (wish.tier.map { $0.lines == size.shortSide } ?? true) && (wish.ratio.map { $0.isAdaptive || size.isNearly($0) } ?? true)
        }
        if let size = fitting.first(where: { $0 == usual }) ?? fitting.first(where: { $0.isNearly(usual.ratio) }) ?? fitting.first {
            job.shape = Shape(size: size, tier: wish.tier, ratio: wish.ratio).completed(for: model)
            return
        }
        let target = Size(lines: wish.tier?.lines ?? usual.shortSide, ratio: wish.ratio.flatMap { $0.isAdaptive ? nil : $0 } ?? usual.ratio)
        let (param, value) = wish.tier.map { ("resolution", $0.text) } ?? ("aspect_ratio", wish.ratio?.description ?? "")
        let nearest = nearest(to: target)
        try yield(.invalidValue(param, value, Phrase.list(model.sizes.map(\.description))), as: words(nearest))
        job.shape = nearest
    }

    private mutating func checkTier() throws(Fault) {
        guard let tier = job.shape.tier else { return }
        if let mine = tier.same(in: model.tiers) {
            job.shape.tier = mine
        } else if let nearest = tier.nearest(in: model.tiers) {
            try yield(.invalidValue("resolution", tier.text, Phrase.list(model.tiers.map(\.text))), as: nearest.text)
            job.shape.tier = nearest
        } else if model.usual.shape.tier?.lines != tier.lines || tier.lines == nil {
            let only = model.usual.shape.tier.map { "Supported values are: '\($0)'." } ?? ""
            try drop(.unsupported("resolution", "The resolution of this model cannot be chosen. \(only)"))
            job.shape.tier = nil
        }
    }

    private mutating func checkRatio() throws(Fault) {
        guard let ratio = job.shape.ratio, !model.ratios.contains(ratio) else { return }
        if model.ratios.isEmpty {
            if ratio.isAdaptive && followsPicture || model.usual.shape.ratio == ratio { return }
            try drop(
                .unsupported(
                    "aspect_ratio",
                    followsPicture ? "The proportions follow the picture." : "The proportions of this model cannot be chosen."))
            job.shape.ratio = nil
        } else {
            let nearest =
                ratio.isAdaptive ? (model.usual.shape.ratio ?? model.ratios[0]) : ratio.nearest(in: model.ratios) ?? model.ratios[0]
            try yield(
                .invalidValue("aspect_ratio", ratio.description, Phrase.list(model.ratios.map(\.description))), as: nearest.description)
            job.shape.ratio = nearest
        }
    }

    /// The nearest frame by proportions, then by lines.
    private func nearest(to size: Size) -> Shape {
        if model.tiers.isEmpty && model.ratios.isEmpty || !model.sizes.isEmpty && (model.tiers.isEmpty || model.ratios.isEmpty) {
            let best = model.sizes.min {
                (distance($0, size), abs($0.shortSide - size.shortSide)) < (distance($1, size), abs($1.shortSide - size.shortSide))
            }
            return Shape(size: best).completed(for: model)
        }
        return Shape(tier: size.tier(in: [])?.nearest(in: model.tiers), ratio: size.ratio.nearest(in: model.ratios)).completed(for: model)
    }

    /// Proportions less than three in a hundred apart count as equal.
    private func distance(_ a: Size, _ b: Size) -> Int { Number.truncated(a.ratio.distance(to: b.ratio) / 0.03) ?? .max }

    /// Whether the clip has the proportions of a picture or clip that was given, unless the model lets them be chosen.
    private var followsPicture: Bool { model.ratios.isEmpty && mode != .text && mode != .audio }

    private var acceptedSizes: [String] {
        if !model.sizes.isEmpty { return model.sizes.map(\.description) }
        return model.tiers.flatMap { tier in
            model.ratios.compactMap { ratio in
                ratio.isAdaptive ? nil : tier.lines.map { Size(lines: $0, ratio: ratio).description }
            }
        }
    }

    private var halfAccepted: String {
        let tiers = model.tiers.isEmpty ? model.usual.shape.tier.map { [$0] } ?? [] : model.tiers
        let ratios = model.ratios.isEmpty ? model.usual.shape.ratio.map { [$0] } ?? [] : model.ratios
        return Phrase.list(tiers.map(\.text) + ratios.map(\.description))
    }

    /// `720p 16:9`, or the size where the model goes by sizes.
    private func words(_ shape: Shape) -> String {
        if let size = shape.size, model.sizes.contains(size) { return "\(size)" }
        let tier = model.tiers.isEmpty ? nil : shape.tier?.text
        let ratio = model.ratios.isEmpty ? nil : shape.ratio?.description
        let words = [tier, ratio].compactMap { $0 }.joined(separator: " ")
        return words.isEmpty ? "usual" : words
    }
}
