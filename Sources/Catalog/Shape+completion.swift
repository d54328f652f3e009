import Jobs
import Wire

extension Shape {
    /// The shape with whichever of size, tier and ratio follow from the others, in the model's own spelling where it has one.
    func completed(for model: Model) -> Shape {
        var shape = self
        if let size = shape.size {
            shape.tier = shape.tier ?? size.tier(in: model.tiers)
            // A size that the model lists needs none; one named after its short side may be none of the model's (752x560 is 480p in 4:3).
            let isListed = tier == nil && !model.tiers.isEmpty && model.sizes.contains(size)
            if isListed, let tier = shape.tier, !model.tiers.contains(tier) { shape.tier = nil }
            shape.ratio = shape.ratio ?? size.namedRatio(in: model.ratios)
        } else if let tier = shape.tier, let lines = tier.lines, let ratio = shape.ratio, !ratio.isAdaptive {
            shape.size = model.sizes.first { $0.shortSide == lines && $0.isNearly(ratio) } ?? Size(lines: lines, ratio: ratio)
        }
        return shape
    }
}

extension Size {
    /// The frame with that short side and those proportions; both sides even, as the codecs want them.
    init(lines: Int, ratio: Ratio) {
        let half = Double(lines) * max(ratio.value, 1 / ratio.value) / 2
        let long = (Number.truncated(min(half, 1e6).rounded()) ?? lines) * 2
        self = ratio.value >= 1 ? Size(width: long, height: lines) : Size(width: lines, height: long)
    }

    /// The tier named after the short side; one of `tiers` if it has as many lines.
    func tier(in tiers: [Tier]) -> Tier? { tiers.first { $0.lines == shortSide } ?? Tier(lines: shortSide) }

    /// The usual name of these proportions (848x480 is called 16:9), or their lowest terms.
    func namedRatio(in ratios: [Ratio]) -> Ratio {
        ratios.first { !$0.isAdaptive && isNearly($0) } ?? Size.usualRatios.first(where: isNearly) ?? ratio
    }

    private static let usualRatios = [
        Ratio(16, 9), Ratio(9, 16), Ratio(1, 1), Ratio(4, 3), Ratio(3, 4), Ratio(21, 9), Ratio(9, 21), Ratio(3, 2), Ratio(2, 3),
    ]

    /// Within three in a hundred: sides are rounded to multiples of 8, 16 or 32, so that 832x480 passes for 16:9 and 1248x704 too.
    func isNearly(_ ratio: Ratio) -> Bool { !ratio.isAdaptive && ratio.distance(to: self.ratio) < 0.03 }
}

extension Ratio {
    /// How far apart two proportions are: 0 for equal ones, about 0.01 for one in a hundred.
    func distance(to other: Ratio) -> Double {
        let quotient = max(value, other.value) / min(value, other.value)
        return quotient - 1
    }

    func nearest(in ratios: [Ratio]) -> Ratio? {
        ratios.filter { !$0.isAdaptive }.min { $0.distance(to: self) < $1.distance(to: self) }
    }
}

extension Tier {
    /// The tier with the nearest number of lines; of two equally near the larger.
    func nearest(in tiers: [Tier]) -> Tier? {
        guard let lines else { return nil }
        let known = tiers.compactMap { tier in tier.lines.map { (tier: tier, lines: $0) } }
        return known.min { (abs($0.lines - lines), -$0.lines) < (abs($1.lines - lines), -$1.lines) }?.tier
    }

    /// The same tier in a model's spelling: `4k` for `2160p`.
    func same(in tiers: [Tier]) -> Tier? { tiers.first { $0 == self } ?? tiers.first { $0.lines != nil && $0.lines == lines } }
}
